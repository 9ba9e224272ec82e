// Looks at one page in every way that a person may have it, and says what is wrong.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beneath, clipped, focused, forced, printed, sideways, spread, squeezed } from './judge.mjs';
import { need, settings } from './settings.mjs';

const axeSource = readFileSync(need.resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];

export const WIDTHS = [1280, 360];
export const THEMES = ['light', 'dark'];

/** Above so many elements axe-core takes seconds, and each theme is judged at one width alone. */
const MANY = 1500;

export async function axe(page) {
    const ran = await page.evaluate(() => Boolean(window.axe));
    if (!ran)
        await page.evaluate(axeSource);
    return page.evaluate(async tags => {
        const { violations } = await window.axe.run(document, {
            runOnly: { type: 'tag', values: tags }, rules: { 'target-size': { enabled: true } }, resultTypes: ['violations'],
        });
        return violations.map(({ id, help, nodes }) => `${id} (${help}), ${nodes.length} times: ` + nodes.slice(0, 3).map(each =>
            `${each.html.replace(/\s+/g, ' ').slice(0, 160)} [${each.any.concat(each.all, each.none).map(check => check.message).join('; ').slice(0, 200)}]`)
            .join(', '));
    }, TAGS);
}

async function show(page, width, theme) {
    await page.setViewport({ width, height: width < 600 ? 740 : 800 });
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
}

/** Puppeteer does not know this one by name. */
async function inForcedColours(page, theme) {
    const session = await page.createCDPSession();
    const features = [{ name: 'prefers-color-scheme', value: theme }];
    await session.send('Emulation.setEmulatedMedia', { features: [...features, { name: 'forced-colors', value: 'active' }] });
    const found = await page.evaluate(forced);
    await session.send('Emulation.setEmulatedMedia', { features });
    await session.detach();
    return found;
}

export async function photograph(page, name) {
    mkdirSync(settings.shots, { recursive: true });
    const path = join(settings.shots, `${name}.png`);
    const { width, height } = await page.evaluate(() => ({ width: innerWidth, height: document.documentElement.scrollHeight }));
    await page.screenshot({ path, clip: { x: 0, y: 0, width, height: Math.min(Math.max(height, 400), 6000) }, captureBeyondViewport: true });
    return path;
}

/** From the address bar on: the first stop is a link past the navigation, and every stop can be seen. */
export async function keyboard(page) {
    const found = [];
    await page.keyboard.press('Tab');
    const skip = await page.evaluate(focused);
    if (!/^#./.test(skip?.href ?? ''))
        found.push(`the first stop is no link to the content but ${skip?.what}`);
    else if (!skip.seen || skip.covered)
        found.push('the link to the content cannot be seen when it has the focus');
    else {
        await page.keyboard.press('Enter');
        await page.keyboard.press('Tab');
        const past = await page.evaluate(id => {
            const target = document.getElementById(id);
            const now = document.activeElement;
            return Boolean(target) && (now === document.body || target.contains(now) ||
                Boolean(target.compareDocumentPosition(now) & Node.DOCUMENT_POSITION_FOLLOWING));
        }, skip.href.slice(1));
        if (!past)
            found.push(`${skip.href} does not lead to the content`);
    }
    // Back to the top: what was the first stop is one again.
    await page.evaluate(() => {
        history.replaceState(null, '', location.href.replace(/#.*/, ''));
        document.querySelector('a[href], button, input, [tabindex="0"]')?.focus();
    });
    for (let stop = 0; stop < 30; stop++) {
        await page.keyboard.press('Tab');
        const now = await page.evaluate(focused);
        if (!now)
            break;
        if (!now.seen)
            found.push(`cannot be seen when it has the focus: ${now.what}`);
        else if (!now.outlined)
            found.push(`does not show that it has the focus: ${now.what}`);
        else if (now.covered && !now.scroll)
            found.push(`has the focus and is covered by ${now.covered}: ${now.what}`);
    }
    return found;
}

/**
 * Looks at what the tab shows; without `script` only where its document is not the one that is `known`. `thorough`: in
 * every theme at every width, with pictures. Returns { html, wrong: { axe, layout, keyboard, paper, words, forced }, shots }: what
 * is wrong, as lines, and the pictures' paths.
 */
export async function look(tab, { name, script, known, thorough }) {
    const { page } = tab;
    const wrong = { axe: [], layout: [], keyboard: [], paper: [], words: [], forced: [] };
    const shots = [];
    // Scripts may run from now on: ours. The page's own had their chance, or had none.
    await page.setJavaScriptEnabled(true);
    const { html, size } = await page.evaluate(() =>
        ({ html: document.documentElement.outerHTML, size: document.querySelectorAll('*').length }));
    const say = (where, lines) => lines.map(line => `${where}: ${line}`);
    if (html === known)
        return { html, wrong, shots };
    const mode = script ? '' : '-plain';
    for (const width of WIDTHS) {
        for (const theme of THEMES) {
            const where = `${width} px, ${theme}${script ? '' : ', no script'}`;
            await show(page, width, theme);
            if ((thorough && size <= MANY) || (width === WIDTHS[0]) === (theme === THEMES[0]))
                wrong.axe.push(...say(where, await axe(page)));
            if (thorough)
                shots.push(await photograph(page, `${name}-${width}-${theme}${mode}`));
        }
    }
    for (const width of [...WIDTHS, 320]) {
        await show(page, width, 'light');
        wrong.layout.push(...say(`${width} px`, await page.evaluate(sideways)));
    }
    await show(page, 360, 'light');
    await page.evaluate(spread);
    wrong.layout.push(...say('360 px, text spread', [...await page.evaluate(sideways), ...await page.evaluate(clipped)]));
    await page.evaluate(() => {
        document.adoptedStyleSheets = [];
    });
    for (const theme of THEMES)
        wrong.forced.push(...(await inForcedColours(page, theme)).map(line => `${theme}: ${line}`));
    // A sheet of A4 between the usual margins.
    await page.setViewport({ width: 718, height: 1000 });
    await page.emulateMediaType('print');
    wrong.paper.push(...await page.evaluate(printed));
    wrong.words.push(...await page.evaluate(squeezed));
    if (thorough)
        shots.push(await photograph(page, `${name}-paper${mode}`));
    await page.emulateMediaType('screen');
    await show(page, 1280, 'light');
    wrong.keyboard.push(...await keyboard(page));
    // It moves the place where the keyboard begins, so it comes last.
    await show(page, 360, 'light');
    wrong.keyboard.push(...await page.evaluate(beneath));
    await show(page, 1280, 'light');
    return { html, wrong, shots };
}
