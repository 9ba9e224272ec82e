// Whether an answer is inert: its headers, its document as the browser parses it, and what happens when it is opened.
import { read } from './crawl.mjs';
import { ask, several } from './http.mjs';
import { inspectDocument } from './inspect.mjs';
import { note } from './tap.mjs';

/** What is wrong with an answer before anybody looks into it. */
export function answered(answer, text) {
    const found = [];
    const { headers } = answer;
    if (answer.status >= 500)
        found.push(`status ${answer.status}`);
    if (headers['x-xss'] !== undefined || [headers['set-cookie']].flat().some(each => each?.startsWith('xss')))
        found.push('a payload wrote a header');
    for (const name of ['location', 'content-location', 'refresh']) {
        const to = headers[name];
        if (to && (new URL(to, answer.url).host !== new URL(answer.url).host || /^\s*[/\\]{2}/.test(to)))
            found.push(`${name}: ${to} leads elsewhere`);
    }
    if (answer.bytes.length === 0)
        return found;
    if (headers['x-content-type-options'] !== 'nosniff')
        found.push('no X-Content-Type-Options');
    if (!/(?:default|script)-src/.test(headers['content-security-policy'] ?? ''))
        found.push('no Content-Security-Policy');
    if (/json$/.test(answer.type)) {
        try {
            JSON.parse(text);
        } catch (error) {
            found.push(`${answer.type} that is none: ${error.message}`);
        }
    } else if (!/^(?:text\/(?:html|plain|css|csv|javascript|xml|markdown)|image\/[\w.+-]+|font\/[\w-]+|application\/(?:[\w.-]+\+)?(?:xml|javascript|x-ndjson|geo\+json|yaml|pdf|octet-stream|gzip))$/.test(answer.type)) {
        found.push(`Content-Type: ${headers['content-type']}`);
    }
    return found;
}

const isDocument = answer => /^(?:text\/html|application\/xhtml\+xml|image\/svg\+xml|(?:application|text)\/xml)$/.test(answer.type);

/**
 * Sends requests, [address, options, what], and judges what comes back. `page` is any page of the browser; of which
 * addresses only marks count, lenient(url) says. Returns what is wrong.
 */
export async function send(page, lenient, list) {
    const wrong = [];
    const statuses = {};
    let documents = 0;
    for (let i = 0; i < list.length; i += 400) {
        const answers = [];
        const errors = new Map();
        await several(list.slice(i, i + 400), async ([url, options, what]) => {
            try {
                answers.push(Object.assign(await ask(url, options), { what }));
            } catch (error) {
                // Node.js itself refuses to send some of it.
                errors.set(error.code, (errors.get(error.code) ?? 0) + 1);
                if (!/^(?:ERR_UNESCAPED_CHARACTERS|ERR_INVALID_CHAR|HPE_|ERR_HTTP)/.test(error.code ?? ''))
                    wrong.push(`${what}: ${error.message} (${url})`);
            }
        });
        for (const answer of answers) {
            statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
            wrong.push(...answered(answer, answer.text).map(line => `${answer.what}: ${line} (${answer.url})`));
        }
        // Most of them say the same.
        const different = [...new Map(answers.filter(isDocument).map(answer => [answer.text, answer])).values()];
        documents += different.length;
        const readings = await read(page, different, lenient);
        readings.forEach(({ found }, at) =>
            wrong.push(...found.map(line => `${different[at].what}: ${line} (${different[at].url})`)));
    }
    note(`${list.length} requests, ${documents} documents; ${Object.entries(statuses).map(([status, times]) => `${status}: ${times}`).join(', ')}`);
    return wrong;
}

/** Whatever can be opened, pressed or chosen, is. Stays on the page. */
function poke(payload) {
    addEventListener('submit', event => event.preventDefault(), true);
    addEventListener('click', event => event.target.closest?.('a[href]') && event.preventDefault(), true);
    for (const each of document.querySelectorAll('details'))
        each.open = true;
    for (const each of document.querySelectorAll('input:not([type=hidden]), textarea')) {
        if (!/^(?:checkbox|radio|submit|button|reset)$/.test(each.type))
            each.value = payload;
        each.dispatchEvent(new Event('input', { bubbles: true }));
        each.dispatchEvent(new Event('change', { bubbles: true }));
    }
    for (const each of document.querySelectorAll('select')) {
        for (let at = 0; at < Math.min(each.options.length, 8); at++) {
            each.selectedIndex = at;
            each.dispatchEvent(new Event('change', { bubbles: true }));
        }
    }
    for (const each of [...document.querySelectorAll('button, summary, [role=tab], [aria-expanded], [role=button]')].slice(0, 40))
        each.click();
}

/** Opens a page and judges it, as it is and after everything on it was touched. `text` must be shown. Returns what is wrong. */
export async function open(tab, url, lenient, text) {
    const answer = await tab.visit(url, { expected: 599 });
    const wrong = [];
    if (answer) {
        const judge = () => tab.page.evaluate(`(${inspectDocument})(document, ${JSON.stringify({ home: url, lenient: lenient(url) })})`);
        const isPage = /html|svg/.test(await tab.page.evaluate(() => document.contentType));
        if (isPage)
            wrong.push(...await judge());
        if (text !== undefined) {
            const shown = await tab.page.evaluate(() => document.documentElement.textContent.replace(/\s+/g, ' '));
            if (!shown.includes(text.replace(/\s+/g, ' ').trim()))
                wrong.push('the text itself is not shown');
        }
        if (isPage && await tab.page.evaluate(() => document.scripts.length > 0)) {
            await tab.page.evaluate(poke, '"><img src=x data-xss onerror=window.__xss=1>');
            await tab.rest();
            wrong.push(...await judge());
        }
    }
    wrong.push(...await tab.taken('ran', 'elsewhere', 'csp', 'script'));
    return [...new Set(wrong)].map(line => `${line} (${url})`);
}
