// Every page of the demo, of a quite different database, and of somebody who signed in: in Chromium, with and without
// JavaScript, narrow and wide, light and dark, on paper, by keyboard; judged by axe-core and by the W3C's checker.
import { ask } from './lib/http.mjs';
import { crawl, shape } from './lib/crawl.mjs';
import { look, photograph } from './lib/look.mjs';
import { inTabs, launch, Tab } from './lib/tab.mjs';
import { none, note, ok, run } from './lib/tap.mjs';
import { own, settings } from './lib/settings.mjs';
import { validate } from './lib/validator.mjs';

const listed = own('pages.json');
const texts = [];

/** Of pages that look alike, enough: the items of two rows, three sets of parameters at one address, each once. */
function moderation() {
    const taken = new Map();
    const take = (group, member, most) => {
        const members = taken.get(group) ?? taken.set(group, new Set()).get(group);
        const room = members.has(member) || members.size < most;
        if (room)
            members.add(member);
        return room;
    };
    return url => {
        const { path, names } = shape(url);
        // What a package of npm shows is looked at by t/openapi.t.
        if (listed.viewers.some(viewer => path.startsWith(viewer)))
            return false;
        const parts = path.split('/').filter(Boolean);
        return (parts.length < 3 || take(`below ${parts.slice(0, -1).join('/')}`, path, 2)) &&
            take(`queries of ${path}`, names, 3) && take(`like ${path}?${names}`, url, 1);
    };
}

/** The pages of a site: those that are listed, and those that links lead to. */
async function inventory(browser, site, base) {
    const pages = new Map(listed[site].map(page => [base + page.path, { ...page, site, url: base + page.path, listed: true }]));
    const files = [];
    const dead = [];
    const parser = await Tab.open(browser);
    const walk = await crawl(parser.page, [...pages.keys()], {
        wanted: (wanted => url => pages.has(url) || wanted(url))(moderation()),
        seen(answer) {
            const page = pages.get(answer.url);
            if (!page && answer.status >= 400)
                dead.push(`${answer.url}: ${answer.status}`);
            else if (!page && answer.type === 'text/html' && answer.status < 300)
                pages.set(answer.url, { path: answer.url.slice(base.length), site, url: answer.url });
            else if (answer.type === 'text/css' || answer.type === 'image/svg+xml')
                files.push({ name: answer.url.slice(base.length), kind: answer.type === 'text/css' ? 'css' : 'svg', text: answer.text });
        },
        limit: 300,
    });
    await parser.close();
    ok(pages.size > listed[site].length, `${site}: links lead to more pages than are listed`);
    none(dead, `${site}: no link is dead`);
    texts.push(...files);
    const found = [...pages.values()].filter(page => !page.listed);
    const step = Math.max(1, found.length / listed.most[site]);
    const chosen = found.filter((_, at) => Math.floor(at / step) !== Math.floor((at - 1) / step));
    note(`${site}: ${walk.known} addresses known, ${walk.asked} asked for; looking at the ${listed[site].length} pages that are listed, and at ` +
        `${chosen.length} of ${found.length} others`);
    return [...pages.values()].filter(page => page.listed).concat(chosen);
}

function headers(answer) {
    const found = [];
    const policy = answer.headers()['content-security-policy'] ?? '';
    if (!/(?:default|script)-src/.test(policy) || /unsafe-(?:inline|eval)|script-src[^;]*(?:\*|data:|http)/.test(policy))
        found.push(`Content-Security-Policy: ${policy}`);
    if (answer.headers()['x-content-type-options'] !== 'nosniff')
        found.push('X-Content-Type-Options is not nosniff');
    if (!/charset=utf-8/i.test(answer.headers()['content-type']) && !/<meta charset="?utf-8/i.test(answer.text ?? ''))
        found.push(`Content-Type: ${answer.headers()['content-type']}`);
    return found;
}

async function examine(tab, page) {
    const label = `${page.site} ${page.path}`;
    const name = label.replace(/[^\w.=-]+/g, '-').replace(/-+$/, '').slice(0, 100);
    const wrong = { browser: [], headers: [], axe: [], layout: [], keyboard: [], paper: [], words: [], forced: [] };
    let shots = [];
    let weight = 0;
    let known;
    let plain = '';
    for (const script of [true, false]) {
        const answer = await tab.visit(page.url, { expected: page.status ?? 200, script });
        const text = await answer.text();
        if (script) {
            ok(answer.status() === (page.status ?? 200), `${label}: status ${page.status ?? 200}`, `it is ${answer.status()}`);
            wrong.headers.push(...headers(Object.assign(answer, { text })));
            weight = Buffer.byteLength(text);
            texts.push({ name: label, kind: 'html', text });
        }
        const seen = await look(tab, { name, script, known, thorough: page.listed });
        wrong.browser.push(...(await tab.taken()).map(line => script ? line : `no script: ${line}`));
        for (const [kind, lines] of Object.entries(seen.wrong))
            wrong[kind].push(...lines);
        shots.push(...seen.shots);
        if (script && seen.html !== undefined)
            known = seen.html;
        const main = await tab.page.evaluate(() => (document.querySelector('main') ?? document.body).innerText.replace(/\s+/g, ' '));
        if (script)
            plain = main;
        else
            ok(main.length >= plain.length / 2, `${label}: its content is there without JavaScript`, `${main.length} of ${plain.length} characters`);
        if (script && /<script/i.test(text))
            texts.push({ name: `${label}, after its scripts`, kind: 'html', text: `<!DOCTYPE html>\n${seen.html}` });
    }
    none(wrong.browser, `${label}: the browser has nothing to complain of`);
    none(wrong.headers, `${label}: its headers`);
    none(wrong.axe, `${label}: axe-core finds nothing`);
    none(wrong.layout, `${label}: fits narrow and wide windows`);
    none(wrong.keyboard, `${label}: by keyboard`);
    none(wrong.paper, `${label}: on paper`);
    none(wrong.words, `${label}: on paper words are whole`);
    none(wrong.forced, `${label}: in colours of one's own`);
    ok(weight < (page.weight ?? 100_000), `${label}: weighs less than ${page.weight ?? 100_000} bytes`, `${weight} bytes`);
    if (Object.values(wrong).some(lines => lines.length)) {
        if (!shots.length)
            shots = [await photograph(tab.page, `${name}-1280-light`)];
        note(`pictures: ${shots.join(' ')}`);
    }
}

/** Signs in as a person does, by the form. */
async function signIn(browser, base) {
    const tab = await Tab.open(browser);
    await tab.visit(`${base}/api-auth/login/?next=/api/tags/`, { script: false });
    await tab.page.type('input[name=username]', 'editor');
    await tab.page.type('input[name=password]', 'wrong');
    const press = () => Promise.all([tab.page.waitForNavigation(), tab.page.click('main form button')]);
    await press();
    ok(await tab.page.$('[role=alert]'), 'a wrong password is answered by an alert');
    none(await look(tab, { name: 'sign-in-refused', script: false, thorough: true }).then(seen => seen.wrong.axe), 'where axe-core finds nothing');
    await tab.page.setJavaScriptEnabled(false);
    await tab.page.$eval('input[name=username]', input => {
        input.value = '';
    });
    await tab.page.type('input[name=username]', 'editor');
    await tab.page.type('input[name=password]', 'editor-pw');
    await press();
    ok(new URL(tab.page.url()).pathname === '/api/tags/', 'the right one leads on to where one wanted to go', tab.page.url());
    none(await tab.taken(), 'without a complaint of the browser');
    return tab;
}

await run(async () => {
    const browser = await launch();
    try {
        for (const site of ['sky', 'shop'])
            await inTabs(browser, await inventory(browser, site, settings.sites[site]), examine);
        const tab = await signIn(browser, settings.sites.sky);
        for (const page of listed.signed)
            await examine(tab, { ...page, site: 'signed', url: settings.sites.sky + page.path, listed: true });
        await tab.close();
    } finally {
        await browser.close();
    }
    await validate(texts);
    for (const { name, kind, complaints } of texts)
        none(complaints, `${name} is valid ${{ html: 'HTML', css: 'CSS', svg: 'SVG' }[kind]}`);
});
