// The description of each site passes two validators that know nothing of each other, and says what is there.
import { Document } from './document.mjs';
import { ask, need, settings } from './settings.mjs';
import { none, ok, run } from './tap.mjs';

const { Validator } = await need('@seriousme/openapi-schema-validator');
const { createConfig, lintFromString } = await need('@redocly/openapi-core');

/** A matter of taste that contradicts what there is: addresses end with a slash, and whose the licence is only the site knows. */
const rules = { 'no-path-trailing-slash': 'off', 'info-license': 'off' };

async function lint(text) {
    const config = await createConfig({ extends: ['recommended'], rules });
    const problems = await lintFromString({ source: text, absoluteRef: 'openapi.json', config });
    return problems.map(problem => `${problem.severity} ${problem.ruleId}: ${problem.message} ${problem.location[0]?.pointer}`);
}

await run(async () => {
    for (const [name, base] of Object.entries(settings.sites)) {
        const answer = await ask(`${base}/openapi.json`);
        ok(answer.status === 200 && answer.type === 'application/json', `${name}: openapi.json`, answer.text.slice(0, 300));
        const result = await new Validator().validate(structuredClone(answer.json));
        ok(result.valid && /^3\.1/.test(answer.json.openapi), `${name}: valid OpenAPI 3.1`, JSON.stringify(result.errors));
        none(await lint(answer.text), `${name}: nothing for the linter to say`);

        const document = new Document(answer.json);
        const root = await ask(`${base}/`);
        none(Object.keys(root.json).filter(resource => !document.operation('GET', `/${encodeURIComponent(resource)}/`)),
            `${name}: every resource is described`);
        const ids = Object.values(answer.json.paths).flatMap(item => Object.values(item).map(each => each.operationId).filter(Boolean));
        ok(new Set(ids).size === ids.length, `${name}: ${ids.length} operations, each of its own name`);
    }
});
