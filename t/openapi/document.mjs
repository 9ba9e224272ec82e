// A description of an API: what it says of a request and of its answer.
import { need } from './settings.mjs';

const { default: Ajv } = await need('ajv/dist/2020.js');
const { default: addFormats } = await need('ajv-formats');

/** Rows have the members that are described, and no others: said here, so that a forgotten one is noticed. */
function close(schema) {
    if (!schema || typeof schema !== 'object')
        return schema;
    if (Array.isArray(schema))
        return schema.map(close);
    const closed = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, close(value)]));
    if (closed.type === 'object' && closed.properties && closed.additionalProperties === undefined)
        closed.additionalProperties = false;
    return closed;
}

export class Document {
    #ajv;
    #checks = new Map();
    #paths;

    /** `formats`: whether a date must be one; a database of infinite dates says no. */
    constructor(json, formats = true) {
        this.json = json;
        this.server = json.servers[0].url;
        this.#ajv = new Ajv({ strict: false, allErrors: true, validateFormats: formats });
        addFormats.default ? addFormats.default(this.#ajv) : addFormats(this.#ajv);
        const { schemas, ...others } = json.components;
        this.#ajv.addSchema({ $id: 'api:/', components: { ...others, schemas: close(schemas) } });
        this.#paths = Object.entries(json.paths).map(([path, item]) => [
            new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]*\}/g, '[^/]+')}$`), item, path]);
    }

    /** The operation of a method and a path below the API's address. */
    operation(method, path) {
        const found = this.#paths.find(([pattern]) => pattern.test(path));
        return found?.[1][method.toLowerCase()];
    }

    /** $ref followed, once. */
    resolve(object) {
        return object?.$ref ? object.$ref.slice(2).split('/').reduce((at, part) => at[part], this.json) : object;
    }

    /** What is wrong with a value, judged by a schema of the document. */
    errors(schema, value) {
        const key = JSON.stringify(schema);
        if (!this.#checks.has(key))
            this.#checks.set(key, this.#ajv.compile(JSON.parse(key.replaceAll('"#/components/', '"api:/#/components/'))));
        const check = this.#checks.get(key);
        return check(value) ? [] : check.errors.map(error => `${error.instancePath || '/'} ${error.message} ${JSON.stringify(error.params)}`);
    }

    /** What is wrong with an answer; undefined: nothing is said of such a request. */
    judge(method, path, { status, headers, type, json }) {
        const operation = this.operation(method, path);
        if (!operation)
            return undefined;
        const response = this.resolve(operation.responses[status] ?? operation.responses.default);
        const wrong = [];
        if (!operation.responses[status] && status < 400)
            return [`${status} is not described`];
        for (const [name, header] of Object.entries(response.headers ?? {})) {
            const given = headers?.get(name);
            if (given !== null && given !== undefined && this.resolve(header).schema.type === 'integer' && !/^\d+$/.test(given))
                wrong.push(`${name}: ${given}`);
        }
        const content = response.content?.['application/json'];
        if (!content)
            return json === undefined ? wrong : [...wrong, 'an answer without content has some'];
        if (!/^application\/json/.test(type))
            return [...wrong, `its type is ${type}`];
        return [...wrong, ...this.errors(content.schema, json)];
    }
}
