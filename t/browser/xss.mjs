// A corpus of payloads, stored in everything that a database keeps and sent in everything that a request has, is inert
// on every page, chart and document. Three looks at it:
//
// - every answer is parsed by Chromium's own parser and its document judged (lib/inspect.mjs): thousands of them;
// - pages are opened, with their Content-Security-Policy taken away, so that escaping alone has to hold;
// - pages are opened with their policy, which must have nothing to forbid.
//
// The database is t/schema/hostile.sql; selftest.mjs proves that each look sees what it is for.
import { addresses, core, payloads, requests } from './lib/attacks.mjs';
import { crawl, shape } from './lib/crawl.mjs';
import { asBrowser, ask } from './lib/http.mjs';
import { answered, open, send } from './lib/inert.mjs';
import { inTabs, launch, Tab } from './lib/tab.mjs';
import { none, note, ok, run } from './lib/tap.mjs';
import { own, settings } from './lib/settings.mjs';
import { validate } from './lib/validator.mjs';

const base = settings.sites.hostile;
const { viewers } = own('pages.json');
const lenient = url => viewers.some(path => new URL(url).pathname.startsWith(path));

/** A payload that is shown letter by letter: nothing invisible in it, and not too long. */
const isPlain = text => !/[^\x20-\x7e\n]/.test(text) && text.length < 150;

await run(async () => {
    const browser = await launch();
    try {
        const parser = await Tab.open(browser);

        // --- stored: every document that links lead to ---------------------------------------------------------------------
        const starts = own('pages.json').hostile.map(({ path }) => base + path);
        const stored = [];
        const pages = new Map();
        const places = new Map();
        const texts = [];
        const walk = await crawl(parser.page, starts, {
            // The third page of a list says nothing new, nor do other orders of it; nor does a table of a strange name
            // where the same one was read below another address.
            wanted: (seen => url => {
                const { path, names } = shape(url);
                const times = seen.get(path + names) ?? 0;
                seen.set(path + names, times + 1);
                return times < 2 && !/^\/(?:strict|limit)\/.*[^a-z\d/]/.test(path);
            })(new Map()),
            lenient,
            limit: 3000,
            seen(answer, { found, links, forms }) {
                stored.push(...answered(answer, answer.text).concat(found).map(line => `${line} (${answer.url})`));
                if (answer.type === 'text/html' && answer.status === 200) {
                    const depth = answer.url.split('?')[0].split('/').length;
                    const path = answer.url.slice(base.length).replace(/\?.*/s, '');
                    pages.set(answer.url, { path, depth });
                    const names = places.get(path) ?? places.set(path, new Set()).get(path);
                    for (const link of links.filter(each => each.startsWith(`${base}${path}?`)))
                        [...new URL(link).searchParams.keys()].forEach(name => names.add(name));
                    for (const form of forms.filter(each => each.action.split('?')[0] === base + path))
                        form.names.forEach(name => names.add(name));
                }
            },
        });
        for (const url of starts) {
            const { status } = await ask(url);
            ok(status === 200, `${url.slice(base.length)} is there`, `status ${status}`);
        }
        note(`${walk.asked} documents read, ${pages.size} of them pages`);
        ok(pages.size > 200, 'stored: links lead to many pages');
        none(stored, 'stored: nothing of it is in the structure of any document');

        // --- sent ----------------------------------------------------------------------------------------------------------
        const attributes = async path => {
            const answer = await ask(base + path, { headers: {} });
            const list = JSON.parse(answer.text);
            return Object.keys((list.results ?? list)[0] ?? {});
        };
        const resources = {};
        for (const name of ['texts', 'enums', 'checked', 'relations'])
            resources[`/api/${name}/?page_size=2`] = await attributes(`/api/${name}/`);
        // Some pages of each kind; and those with the most parameters.
        const chosen = ['/', '/api/', '/api/texts/', '/api/texts/1/', '/strict/', '/strict/texts/', '/limit/texts/', '/api-auth/login/',
            ...[...places].sort((a, b) => b[1].size - a[1].size).slice(0, 5).map(([path]) => path)];
        const sent = addresses(base, {
            places: Object.fromEntries([...new Set(chosen)].map(path => [path, [...places.get(path) ?? []].slice(0, 200)])),
            resources,
        });
        const strict = addresses(base, { places: {}, resources: { '/strict/texts/?page_size=2': Object.values(resources)[0] }, all: core });
        none(await send(parser.page, lenient, [...sent, ...strict].map(([url, what]) => [url, { headers: asBrowser }, what])),
            'sent in addresses: nothing of it is in the structure of any document');
        none(await send(parser.page, lenient, requests(base, { resources, user: settings.user })),
            'sent in headers and bodies: nothing of it is in the structure of any document');
        await parser.close();

        // --- opened, without a policy ----------------------------------------------------------------------------------------
        const opened = [];
        const visits = [];
        const everyNth = (list, most) => list.filter((_, at) => at % Math.ceil(list.length / most) === 0);
        const byDepth = [...pages].filter(([, page]) => page.depth <= 5).map(([url]) => url);
        for (const url of new Set([...starts, ...everyNth(byDepth, 60), ...everyNth([...pages.keys()], 30)]))
            visits.push({ path: url, url });
        let id = 0;
        for (const { text } of payloads.filter(each => each.text)) {
            id++;
            visits.push({ path: `row ${id}`, url: `${base}/api/texts/${id}/`, text: isPlain(text) ? text : undefined });
        }
        const seen = new Set();
        // Each parameter with one payload, in turn, and another one behind the hash. Lookups differ on the server alone.
        for (const [url, what] of sent.filter(([url]) => url.includes('?') && core.some(each => url.endsWith(`=${each.encoded}`)))) {
            if (!seen.has(what) && !/^filter .*(?:__(?!icontains)|!)/.test(what))
                visits.push({ path: url, url: `${url}#${core[seen.size % core.length].text}` });
            seen.add(what);
        }
        for (const path of ['/api/texts/', '/api/texts/1/', '/api/']) {
            for (const format of ['json', 'csv', 'xml', 'html', 'svg', 'ndjson', 'geojson', 'xlsx', 'yaml', 'jsonl'])
                visits.push({ path: `${path} as ${format}`, url: `${base}${path}?format=${format}` });
        }
        await inTabs(browser, visits, async (tab, { url, text }) => opened.push(...await open(tab, url, lenient, text)), { bypass: true });
        note(`${visits.length} pages opened without their policy`);
        none(opened, 'opened without a policy: nothing of it runs, and the text itself is shown');

        // --- opened, with it ---------------------------------------------------------------------------------------------------
        const guarded = [];
        const some = [...starts, ...everyNth(visits.map(each => each.url), 40)];
        await inTabs(browser, some, async (tab, url) => guarded.push(...await open(tab, url, lenient)));
        none(guarded, 'opened with its policy: there is nothing to forbid');

        // --- and what was made of it is HTML -----------------------------------------------------------------------------------
        for (const url of new Set([...starts, ...everyNth(byDepth, 30), ...everyNth(visits.map(each => each.url.replace(/#.*/s, '')), 60)])) {
            const answer = await ask(url);
            if (answer.type === 'text/html')
                texts.push({ name: url, kind: 'html', text: answer.text });
        }
        await validate(texts);
        none(texts.flatMap(({ name, complaints }) => complaints.map(line => `${line} (${name})`)), `${texts.length} hostile pages are valid HTML`);
    } finally {
        await browser.close();
    }
});
