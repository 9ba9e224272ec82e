// Answers are what their description says: recorded ones, those of a quite different database, and those to writes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Document } from './document.mjs';
import { ask, settings, signed } from './settings.mjs';
import { none, ok, run } from './tap.mjs';

const corpus = name => JSON.parse(readFileSync(join(settings.corpus, name), 'utf8'));
const describe = async (base, formats) => new Document((await ask(`${base}/openapi.json`)).json, formats);

/** The path below the API's address, without format and query: the description knows no other. */
function below(path) {
    const url = new URL(path.replace(/^\/+/, '/'), 'http://host');
    return url.pathname.startsWith('/api/') ? url.pathname.slice(4).replace(/\.json$/, '/') : undefined;
}

async function recorded() {
    const document = await describe(settings.sites.sky);
    const answers = corpus('golden-open.json');
    const wrong = [];
    let judged = 0;

    for (const { id, method, path } of corpus('cases-open.json')) {
        const { status, headers, json } = answers[id];
        const at = below(path);
        if (json === undefined || at === undefined || status >= 500)
            continue;
        const found = document.judge(method, at, {
            status, type: headers['Content-Type'], headers: new Headers(headers), json: JSON.parse(json.replaceAll('HOST', 'localhost')) });
        judged += found !== undefined;
        wrong.push(...(found ?? []).map(each => `${id} ${method} ${path}: ${status} ${each}`));
    }
    ok(judged > 800, `${judged} recorded answers are described`);
    none(wrong, 'and are what is described');
}

/** Lists and rows of every resource as they are served now. */
async function served(name, formats, least) {
    const base = settings.sites[name];
    const document = await describe(base, formats);
    const wrong = [];
    let rows = 0;

    const judge = (path, answer) => {
        const found = document.judge('GET', path, answer);
        wrong.push(...(found ?? ['is not described']).map(each => `${path}: ${answer.status} ${each}`));
    };
    for (const path of Object.keys(document.json.paths)) {
        if (/\{/.test(path))
            continue;
        const answer = await ask(base + path);
        judge(path, answer);
        for (const row of (answer.json.results ?? []).slice(0, 40)) {
            if (!row.url?.startsWith(base))
                continue;
            const item = row.url.slice(base.length);
            if (/\/(%2E){1,2}\/$/i.test(item))
                continue; // httpd takes these for steps, encoded or not
            const one = await ask(base + item);
            judge(item, one);
            rows++;
            if (!one.headers.get('etag'))
                wrong.push(`${item} has no validator`);
        }
    }
    ok(rows >= least, `${name}: ${rows} rows by themselves`);
    none(wrong, `${name}: what is served is what is described`);
}

/** A row is made, changed and removed; each body is what is described, as is each answer. */
async function writes() {
    const base = settings.sites.sky;
    const document = await describe(base);
    const wrong = [];

    async function send(method, path, body, expected, more = {}) {
        const answer = await ask(base + path, {
            method, headers: { ...signed, 'Content-Type': 'application/json', ...more }, body: body && JSON.stringify(body) });
        const content = document.operation(method, path).requestBody?.content['application/json'];
        if (expected < 300 && body)
            wrong.push(...document.errors(content.schema, body).map(each => `${method} ${path} is sent ${each}`));
        wrong.push(...document.judge(method, path, answer).map(each => `${method} ${path}: ${answer.status} ${each}`));
        ok(answer.status === expected, `${method} ${path}: ${expected}`, answer.text.slice(0, 300));
        return answer;
    }

    const made = await send('POST', '/tags/', { slug: 'described', label: 'Described', kind: 'tag' }, 201);
    const item = `/tags/${made.json.id}/`;
    ok(made.headers.get('location').endsWith(item), 'Location, as it is described');
    await send('POST', '/tags/', { slug: 'not described!', kind: 'x' }, 400);
    await send('POST', '/tags/', undefined, 400);
    await send('POST', '/observations/', { tags: ['a', null], conditions: 1 }, 400);
    await send('PATCH', item, { label: 'Changed' }, 200);
    await send('PUT', item, { slug: 'described', label: 'Replaced', kind: 'catalog' }, 200, { Prefer: 'handling=strict' });
    await send('PATCH', item, { label: 'Short' }, 204, { Prefer: 'return=minimal' });
    await send('PATCH', item, { label: 'Stale' }, 412, { 'If-Match': '"0"' });
    await send('DELETE', item, undefined, 204);
    await send('DELETE', item, undefined, 404);
    const star = (await ask(`${base}/stars/1/`)).json;
    const seen = await send('POST', '/observations/', {
        star: star.id, observer: 1, observed_at: '2026-01-02T03:04:05Z', magnitude: '3.50', seeing: 1.25, exposure: '00:01:00',
        photons: 9007199254740991, quality: 'good', verified: null, tags: ['a', 'b'], conditions: { clear: true }, client_ip: '::1',
        local_time: '03:04:05', raw: 'AAEC' }, 201);
    await send('DELETE', `/observations/${seen.json.id}/`, undefined, 204);
    await send('DELETE', '/observers/1/', undefined, 409);
    none(wrong, 'what is sent and answered is what is described');
}

/** Errors of parameters, which are nested as deeply as groups of an expression make them. */
async function errors() {
    const document = await describe(settings.sites.sky);
    const wrong = [];

    for (const query of ['id=x', 'constellation__id=x', 'filters=(id%253Dx)%20%26%20(magnitude__lt%253Dy)', 'filters=id']) {
        const answer = await ask(`${settings.sites.sky}/stars/?${query}`);
        ok(answer.status === 400, `${query}: 400`, answer.text.slice(0, 300));
        wrong.push(...document.judge('GET', '/stars/', answer).map(each => `${query}: ${each} ${answer.text}`));
    }
    none(wrong, 'errors of parameters are what is described');
}

/** Every parameter that is listed is known: strictly, an unknown one is an error that says so. */
async function parameters(name, least) {
    const base = settings.sites[name];
    const document = await describe(base);
    const wrong = [];
    const kinds = new Map();
    let count = 0;

    const sample = schema => {
        const one = schema.oneOf?.[0] ?? schema;
        if (one.enum)
            return String(one.enum[0]);
        if (one.type === 'array')
            return Array(one.minItems ?? 1).fill(sample(one.items)).join(',');
        if (one.contentMediaType)
            return '{"a":1}';
        return { number: '1', integer: '1', boolean: 'true' }[one.type] ??
            { date: '2020-02-29', 'date-time': '2020-02-29T12:00:00Z', uuid: 'b4ff9828-42aa-1fa9-7eb2-1ff80ffad9a4' }[one.format] ?? '1';
    };
    for (const [path, item] of Object.entries(document.json.paths)) {
        const described = (item.get?.parameters ?? []).map(each => document.resolve(each)).filter(each => each.in === 'query');
        const sizes = described.some(each => each.name === 'page_size');

        for (const parameter of described) {
            const query = new URLSearchParams({ [parameter.name]: sample(parameter.schema) });
            // Those of one type and lookup are alike: of each some.
            const kind = `${parameter.name.slice(parameter.name.indexOf('__'))} ${JSON.stringify(parameter.schema)}`;
            kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
            if (kinds.get(kind) > 3)
                continue;
            if (sizes && !query.has('page_size'))
                query.set('page_size', '1');
            const answer = await ask(`${base}${path}?${query}`, { headers: { Prefer: 'handling=strict' } });
            count++;
            if (/Unknown parameter|not supported/.test(answer.text) || ![200, 400, 404].includes(answer.status))
                wrong.push(`${path}?${query}: ${answer.status} ${answer.text.slice(0, 200)}`);
            wrong.push(...document.judge('GET', path, answer).map(each => `${path}?${query}: ${each}`));
        }
    }
    ok(count > least, `${name}: ${count} parameters were asked`);
    none(wrong, `${name}: the server knows each of them`);
}

await run(async () => {
    await recorded();
    await served('sky', true, 20);
    await served('shop', false, 20);
    await served('catalog', false, 20);
    await served('open', false, 0);
    await writes();
    await errors();
    await parameters('sky', 400);
    await parameters('catalog', 100);
    await parameters('open', 100);
});
