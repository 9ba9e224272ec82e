// Where a payload can be sent: every parameter, every part of an address, headers and bodies.
import { own } from './settings.mjs';

const escape = text => encodeURIComponent(text.toWellFormed?.() ?? text).replace(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16)}`);

/** Each: kind, text (not of what can only be sent), and `encoded`, as it stands in an address. */
export const payloads = own('payloads.json').map(({ kind, text, sent, times = 1 }) => {
    const whole = text?.repeat(times);
    return { kind, text: whole, encoded: sent ?? escape(whole) };
});
export const core = payloads.filter(each => each.kind === 'core');

/** What an address takes: httpd refuses a longer one before anybody looks at it. */
const short = list => list.filter(each => each.encoded.length < 7000);

/** Parameters that are no filters; their names are the defaults of the directives. */
const CONTROLS = ['search', 'ordering', 'page', 'page_size', 'limit', 'offset', 'cursor', 'format', 'filters', 'fields', 'unknown',
    'next', '_chart', '_x', '_y', '_size'];
const LOOKUPS = ['', '__contains', '__icontains', '__iexact', '__in', '__isnull', '__startswith', '__range', '__lt', '__gte', '__regex', '__len',
    '__overlap', '__has_key', '__year', '__date', '__nonsense', '!'];

/**
 * Addresses, as [address, what was done]. `places` is { path: names of the parameters that links and forms of it use };
 * `resources` is { path of a list, with a query: names of its attributes }; `all`, what one place is tried with.
 */
export function addresses(base, { places, resources, all: corpus = payloads }) {
    const made = [];
    const add = (path, what) => made.push([base + path, what]);
    const query = (path, name, value, what) => add(`${path}${path.includes('?') ? '&' : '?'}${name}=${value}`, what);

    // Everything everywhere would be a hundred thousand requests. Each payload meets each control of the first resource
    // and the first place; elsewhere the core of them is in turn, so that all of it meets every kind of parameter.
    let turn = 0;
    const next = () => short(core)[turn++ % short(core).length];

    Object.entries(places).forEach(([path, names], at) => {
        for (const { encoded } of short(at ? core : corpus)) {
            query(path, 'unknown', encoded, `parameter unknown of ${path}`);
            query(path, encoded, '1', `a parameter's name, of ${path}`);
        }
        for (const name of names) {
            for (let times = 0; times < 3; times++)
                query(path, escape(name), next().encoded, `parameter ${name} of ${path}`);
        }
    });
    Object.entries(resources).forEach(([path, attributes], at) => {
        const list = short(at ? core : corpus);
        for (const name of CONTROLS) {
            for (const { encoded } of list)
                query(path, name, encoded, `parameter ${name} of ${path}`);
        }
        for (const { encoded } of list) {
            query(path, 'ordering', `-${encoded}`, 'an ordering, descending');
            query(path, `${encoded}__icontains`, 'x', 'an attribute that a lookup is asked of');
            query(path, `id__${encoded}`, 'x', 'a lookup\'s name');
            query(path, 'filters', `%28id%253D${encoded.replaceAll('%', '%25')}%29`, 'a complex filter');
        }
        for (const attribute of attributes) {
            for (const lookup of LOOKUPS) {
                for (let times = 0; times < (lookup ? 2 : 8); times++)
                    query(path, escape(attribute) + lookup, next().encoded, `filter ${attribute}${lookup} of ${path}`);
            }
        }
    });
    for (const { encoded, text } of short(corpus)) {
        const parent = Object.keys(resources)[0].replace(/\?.*/s, '');
        for (const path of [`/${encoded}`, `/${encoded}/`, `/api/${encoded}/`, `/api/${encoded}/1/`, `${parent}${encoded}/`,
            `${parent}1/${encoded}/`, `${parent.replace(/\/$/, '')}.${encoded}`, `${parent}1.${encoded}`, `/api-auth/${encoded}/`,
            `/static/${encoded}`, `//${encoded}`])
            add(path, 'a part of the path');
        // As no browser would send it, but others can make a link of it.
        if (text && /^[\x21-\x7e]+$/.test(text) && !text.includes('#'))
            add(`/api/${text}/`, 'a part of the path, as it is');
    }
    return made;
}

/** Requests that are more than an address: [address, options, what]. */
export function requests(base, { resources, user }) {
    const all = [];
    const html = { accept: 'text/html' };
    const signed = { ...html, authorization: `Basic ${Buffer.from(user).toString('base64')}` };
    const printable = core.concat(payloads.filter(each => each.kind === 'breaker' || each.kind === 'address'))
        .filter(each => /^[\x20-\x7e]+$/.test(each.text));
    const [list] = Object.keys(resources).map(each => each.replace(/\?.*/s, ''));
    for (const { text } of printable) {
        for (const name of ['referer', 'user-agent', 'accept', 'accept-language', 'accept-encoding', 'x-forwarded-host', 'x-forwarded-prefix',
            'x-forwarded-proto', 'forwarded', 'prefer', 'range', 'if-match', 'if-none-match', 'if-modified-since', 'cookie', 'authorization',
            'origin', 'x-csrftoken', 'host', 'idempotency-key', 'x-http-method-override'])
            all.push([`${base}${list}?page_size=1`, { headers: { ...html, [name]: text.trim() } }, `header ${name}`]);
        all.push([`${base}/nothing`, { headers: { ...html, host: text.trim() } }, 'header host']);
    }
    const bodies = (path, attributes, methods, list) => {
        for (const { text, encoded } of list) {
            for (const method of methods) {
                const one = body => ({ method, headers: { ...signed, 'content-type': 'application/json' }, body });
                for (const attribute of attributes)
                    all.push([base + path, one(JSON.stringify({ id: 'x', [attribute]: text })), `${method} of ${attribute}`]);
                all.push([base + path, one(JSON.stringify({ [text]: text })), `${method} of an attribute called so`]);
                all.push([base + path, one(text), `${method} of what is no JSON`]);
                all.push([base + path, { method, headers: { ...signed, 'content-type': 'application/x-www-form-urlencoded' },
                    body: `id=${encoded}&${encoded}=${encoded}&value=${encoded}` }, `${method} of a form`]);
                all.push([base + path, { method, headers: { ...signed, 'content-type': /^[\x20-\x7e]+$/.test(text) ? text.trim() : 'text/xss' }, body: text },
                    `${method} of an unknown type`]);
            }
        }
    };
    for (const [path, attributes] of Object.entries(resources))
        bodies(path.replace(/\?.*/s, ''), attributes, ['POST'], core);
    bodies(list, ['words'], ['POST'], short(payloads).filter(each => each.text));
    bodies(`${list}1/`, ['words', 'choice', 'parent', 'json_'], ['PUT', 'PATCH'], core);
    // Forms: what is stored stands in their fields, and what is sent stands there again beside what is wrong with it.
    for (const path of Object.keys(resources).map(each => each.replace(/\?.*/s, ''))) {
        all.push([`${base}${path}?_form=new`, { headers: signed }, 'a form'], [`${base}${path}?_form=options`, { headers: signed }, 'OPTIONS']);
        for (const row of [1, 2, 3, 17])
            all.push([`${base}${path}${row}/?_form=edit`, { headers: signed }, 'a form'], [`${base}${path}${row}/?_form=delete`, { headers: signed }, 'a form']);
    }
    const form = { method: 'POST', headers: { ...signed, 'content-type': 'application/x-www-form-urlencoded' } };
    for (const { encoded } of core) {
        for (const method of ['POST', 'PATCH', 'DELETE', encoded])
            all.push([`${base}${list}${method === 'POST' ? '' : '1/'}?_method=${method}`, { ...form,
                body: ['id', 'words', 'choice', 'parent', 'json_', 'link', 'mail', '_etag', '_null', '_sent', '_clear', encoded].map(name => `${name}=${encoded}`).join('&') },
            `${method} by a page's form`]);
        all.push([`${base}${list}1/?_method=PATCH`, { ...form, body: `_content=${encoded}&_etag=${encoded}` }, 'raw data']);
        all.push([`${base}${list}?_form=${encoded}`, { headers: signed }, 'a form called so']);
    }
    for (const method of ['DELETE', 'OPTIONS', 'PROPFIND', 'XSS'])
        all.push([`${base}${list}1/`, { method, headers: signed }, method]);
    return all;
}
