// A client whose types are made of the description: that this compiles is the test, and that it reads what is there.
import createClient from 'openapi-fetch';
import type { components, paths } from './sky.js';

const [base, authorization] = process.argv.slice(2);
const client = createClient<paths>({
    baseUrl: base,
    headers: { Authorization: authorization },
    // Lists are separated by commas.
    querySerializer: { array: { style: 'form', explode: false } },
});

type Star = components['schemas']['Star'];

/** Members have the types that they have: each assignment is checked by the compiler. */
function summary(star: Star): string {
    const name: string | null = star.name;
    const magnitude: string = star.magnitude;
    const tags: number[] = star.tags;
    const variable: boolean = star.variable;
    return `${name} ${magnitude} ${tags.length} ${variable}`;
}

const page = await client.GET('/stars/', {
    params: {
        query: {
            magnitude__lt: 1, constellation__abbr: 'Lyr', name__in: ['Vega', 'Deneb'], name__isnull: false,
            ordering: ['-magnitude', 'id'], page: 1, page_size: 10,
        },
    },
});
if (!page.data)
    throw new Error(page.error.toString());
const count: number = page.data.count;
const next: string | null = page.data.next;
console.log(JSON.stringify({ count, next, rows: page.data.results.map(summary) }));

const one = await client.GET('/stars/{id}/', { params: { path: { id: page.data.results[0].id } } });
console.log(JSON.stringify({ name: one.data?.name, etag: one.response.headers.has('etag') }));

const tag: components['schemas']['TagRequest'] = { slug: 'typed', label: 'Typed', kind: 'tag' };
const made = await client.POST('/tags/', { body: tag });
if (!made.data)
    throw new Error(JSON.stringify(made.error));
const changed = await client.PATCH('/tags/{id}/', { params: { path: { id: made.data.id } }, body: { label: 'Typed again' } });
const gone = await client.DELETE('/tags/{id}/', { params: { path: { id: made.data.id } } });
console.log(JSON.stringify({ made: made.response.status, label: changed.data?.label, gone: gone.response.status }));

// What would be a mistake does not compile.
// @ts-expect-error there is no such parameter
await client.GET('/stars/', { params: { query: { magnitude__ltt: 1 } } });
// @ts-expect-error nor such a kind
const wrong: components['schemas']['TagRequest'] = { slug: 'x', label: 'X', kind: 'nonsense' };
// @ts-expect-error and the label is required
const incomplete: components['schemas']['TagRequest'] = { slug: 'x', kind: 'tag' };
console.log(JSON.stringify({ unused: [wrong, incomplete].length }));
