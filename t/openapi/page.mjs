// The viewer in Chromium: it shows every operation, runs one, and is nothing that the page's policy or axe-core objects to.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { file, need, settings } from './settings.mjs';
import { none, ok, run } from './tap.mjs';

const { default: puppeteer } = await need('puppeteer-core');
const axe = readFileSync(file('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds on the page as it is now: one line for each rule, with the first place. */
async function judge(page) {
    await page.evaluate(`${axe}; undefined`);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
    return violations.map(({ id, nodes }) => `${id} (${nodes.length}): ${nodes[0].html.slice(0, 200)}; ${nodes[0].failureSummary.slice(0, 300)}`);
}

async function open(browser, base, { width, dark, script }) {
    const page = await browser.newPage();
    const wrong = [];
    page.setDefaultTimeout(120000);
    await page.setViewport({ width, height: 900 });
    await page.setJavaScriptEnabled(script);
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' },
        { name: 'prefers-reduced-motion', value: 'reduce' }]);
    page.on('console', message => ['error', 'warn'].includes(message.type()) && wrong.push(`console: ${message.text()}`));
    page.on('pageerror', error => wrong.push(`error: ${error}`));
    page.on('request', request => {
        if (!request.url().startsWith(new URL(base).origin) && !request.url().startsWith('data:'))
            wrong.push(`asked elsewhere: ${request.url()}`);
    });
    page.on('response', response => response.status() >= 400 && wrong.push(`${response.status()} ${response.url()}`));
    await page.evaluateOnNewDocument(() => {
        globalThis.violations = [];
        document.addEventListener('securitypolicyviolation', event => globalThis.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
    });
    await page.goto(`${base}/docs/`, { waitUntil: 'networkidle0' });
    return { page, wrong };
}

const settle = page => page.evaluate(() => new Promise(resolve => setTimeout(resolve, 700)));

async function operations(browser, base) {
    for (const look of [{ width: 1280, dark: false }, { width: 360, dark: false }, { width: 1280, dark: true }]) {
        const name = `${look.width} px${look.dark ? ', dark' : ''}`;
        const shot = what => page.screenshot({ path: join(settings.shots, `docs-${look.width}${look.dark ? '-dark' : ''}-${what}.png`) });
        const { page, wrong } = await open(browser, base, { ...look, script: true });
        await page.waitForSelector('.opblock');
        await settle(page);
        await shot('closed');
        none(await judge(page), `${name}: axe-core finds nothing`);

        const stars = '#operations-stars-listStars';
        await page.click(`${stars} .opblock-summary-control`);
        await page.waitForSelector(`${stars} tr[data-param-name="magnitude"]`);
        await page.waitForSelector(`${stars} .responses-wrapper`);
        await settle(page);
        await page.$eval(stars, each => each.scrollIntoView());
        await shot('list');
        const folded = await page.$eval(`${stars} tr[data-param-name="magnitude"]`, each => each.textContent);
        ok(/magnitude equals/.test(folded) && /__lte/.test(folded), `${name}: an attribute and its lookups`, folded);
        ok(await page.$$eval(`${stars} tr[data-param-name]`, all => all.length < 60), `${name}: not one row for each of them`);
        none(await judge(page), `${name}: nor in an open operation`);
        ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth + 1), `${name}: nothing is wider than the page`);

        await page.click(`${stars} .try-out__btn`);
        await page.waitForSelector(`${stars} .execute`);
        await page.type(`${stars} tr[data-param-name="name"] input`, 'Vega');
        await settle(page);
        none(await judge(page), `${name}: nor in its form`);
        await page.click(`${stars} .execute`);
        await page.waitForSelector(`${stars} .live-responses-table .response-col_status`);
        await settle(page);
        const answer = await page.$eval(`${stars} .live-responses-table`, each => each.textContent);
        ok(/200/.test(answer) && /"count": 1/.test(answer) && /Vega/.test(answer), `${name}: it asks and shows the answer`, answer.slice(0, 400));
        await page.$eval(`${stars} .live-responses-table`, each => each.scrollIntoView());
        await shot('answer');
        none(await judge(page), `${name}: nor in an answer`);

        if (look.width > 1000 && !look.dark) {
            const create = '#operations-stars-createStar';
            await page.click(`${stars} .opblock-summary-control`);
            await page.click(`${create} .opblock-summary-control`);
            await page.waitForSelector(`${create} .responses-wrapper`);
            await settle(page);
            await page.$eval(create, each => each.scrollIntoView());
            await shot('create');
            none(await judge(page), `${name}: nor where a row is made`);
        }
        wrong.push(...(await page.evaluate(() => globalThis.violations)).map(each => `policy: ${each}`));
        none(wrong, `${name}: no error, no violation of the policy, nothing asked elsewhere`);
        await page.close();
    }
}

async function without(browser, base) {
    const { page, wrong } = await open(browser, base, { width: 360, dark: false, script: false });
    ok((await page.$$eval('#docs .cards a', all => all.length)) === 6, 'without JavaScript: the collections');
    none(wrong, 'and no error');
    await page.close();
}

await run(async () => {
    const browser = await puppeteer.launch({
        executablePath: settings.chromium, args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'], protocolTimeout: 300000,
        env: { ...process.env, LD_PRELOAD: '' } });    // as in t/browser/lib/tab.mjs
    try {
        await operations(browser, settings.sites.sky);
        await without(browser, settings.sites.sky);
        const { page, wrong } = await open(browser, settings.sites.shop, { width: 1280, dark: false, script: true });
        await page.waitForSelector('.opblock-tag');
        await settle(page);
        ok((await page.$$eval('.opblock-tag', all => all.length)) > 30, 'a database of many tables: closed, so that it can be found in');
        none([...await judge(page), ...wrong], 'and nothing is wrong with it');
    } finally {
        await browser.close();
    }
});
