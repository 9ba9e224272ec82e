// The tests see what they are for: each hole or fault, planted in a page that has no other (holes/good.html), is found,
// and the page without one is left alone.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask } from './lib/http.mjs';
import { answered, open, send } from './lib/inert.mjs';
import { look } from './lib/look.mjs';
import { inTabs, launch, Tab } from './lib/tab.mjs';
import { none, ok, run } from './lib/tap.mjs';
import { settings } from './lib/settings.mjs';
import { validate } from './lib/validator.mjs';

const base = `${settings.sites.hostile}/static/holes/`;
const strict = () => false;
const good = readFileSync(join(settings.holes, 'good.html'), 'utf8');
const planted = { good };

/** The good page with one thing different; returns its address. */
function plant(name, from, to) {
    const text = good.replace(from, () => to);
    if (text === good)
        throw new Error(`${name}: nothing to be replaced`);
    planted[name] = text;
    writeFileSync(join(settings.holes, `${name}.html`), text);
    return `${base}${name}.html`;
}
const within = (name, markup) => plant(name, 'Some text', `${markup}Some text`);

const image = '<img src=x data-xss onerror=window.__xss=1>';

/** Holes: [what, address, what the parser's look finds, what happens when it is opened without a policy, and with it]. */
const holes = [
    ['a script', within('script', '<script data-xss>window.__xss=1</script>'), /inline script/, /ran: window.__xss = 1/, /csp: script-src/],
    ['an event handler', within('handler', image), /event handler: onerror/, /ran: window.__xss = 1/, /csp: script-src/],
    ['a dialog', within('dialog', '<script>alert(17)</script>'), /inline script/, /ran: alert\(17\)/, /csp: script-src/],
    ['a text field left by a quote', within('field', '<input aria-label=x value="" onfocus="window.__xss=1" autofocus>'),
        /event handler: onfocus/, /ran: window.__xss = 1/, /csp: script-src/],
    ['an attribute left by a quote', within('attribute', '<b title="" data-xss="1">x</b>'), /element of a payload/, /element of a payload/, /./],
    ['an attribute of a strange name', within('strange', '<b title="x"y"=1>x</b>'), /strange name/, /strange name/, /./],
    ['a link that runs', within('link', '<a href="java&#9;script:window.__xss=1">x</a>'), /address of the kind javascript:/, /javascript:/, /javascript:/],
    ['a link to a document of data', within('data', '<a href="data:text/html,x">x</a>'), /address of the kind data:/, /data:/, /data:/],
    ['a link elsewhere', within('elsewhere', '<a href="//xss.invalid/" rel="nofollow">x</a>'), /address elsewhere/, /address elsewhere/, /./],
    ['a form to elsewhere', within('form', '<form action="http://xss.invalid/"></form>'), /address elsewhere, action/, /address elsewhere/, /./],
    ['a frame', within('frame', '<iframe srcdoc="<script>parent.__xss=1</script>" title="x"></iframe>'), /no page of ours has/, /ran: window.__xss = 1/, /no page of ours has/],
    ['a title left by its end', plant('title', '<title>A page', '<title></title><script>window.__xss=1</script>A page'), /inline script/, /ran:/, /csp:/],
    ['data left by its end', plant('json', '<\\/script>', '</script><script>window.__xss=1</script>'), /data in the page that is no JSON/, /ran:|no JSON/, /./],
    ['a style', within('style', '<b style="color:red">x</b>'), /inline style/, /inline style/, /csp: style-src/],
    ['a base', plant('base', '<meta charset', '<base href="//xss.invalid/"><meta charset'), /no page of ours has/, /no page of ours has/, /./],
    ['a template that is carried out', within('template', 'xss-1337 '), /template in a value/, /template in a value/, /./],
    ['a payload in a template element', within('inner', `<template>${image}</template>`), /element of a payload/, /element of a payload/, /./],
    ['a chart with a script', `${base}script.svg`, /inline script/, /ran: window.__xss = 1/, /csp: script-src/],
    ['a chart that is no XML', `${base}open.svg`, /does not parse/, null, null],
    ['a script of ours that writes the hash', `${within('hash', '<script src="hash.js"></script>').replace(/$/, `#${encodeURIComponent(image)}`)}`,
        null, /(?:ran: window.__xss = 1|element of a payload)/, null],
    ['a script of ours that writes what is typed', plant('input', '</main>', '<input aria-label="x"></main><script src="input.js"></script>'),
        null, /ran: window.__xss = 1/, null],
];

/** Faults of a page: [what, address, which list of look() or of the tab it is in, what it says]. */
const faults = [
    ['text too pale in dark', plant('pale', '<h1>', '<h1 class="pale">'), 'axe', /dark: color-contrast/, '@media (prefers-color-scheme: dark) { .pale { color: #555 } }'],
    ['a field without a label', within('label', '<input>'), 'axe', /: label \(/],
    ['a picture without a text', within('picture', '<img src="good.svg">'), 'axe', /image-alt/],
    ['targets too close together', plant('targets', '</main>', '<div><button class="tiny">a</button><button class="tiny">b</button></div></main>'), 'axe', /target-size/,
        '.tiny { width: 8px; height: 8px; padding: 0; border: 0; font-size: 6px }'],
    ['no language', plant('language', ' lang="en"', ''), 'axe', /html-has-lang/],
    ['no heading', plant('heading', /h1>/, 'p>'), 'axe', /page-has-heading-one/],
    ['what is wider than a phone', within('wide', '<span class="wide">x</span>'), 'layout', /360 px: the page is/, '.wide { display: inline-block; width: 20rem; margin-left: 3rem }'],
    ['what is wider than 320 px', within('reflow', '<span class="reflow">x</span>'), 'layout', /320 px: the page is/, '.reflow { display: inline-block; width: 19.5rem }'],
    ['what scrolls without a keyboard', plant('region', ' tabindex="0"', ''), 'layout', /not by the keyboard/],
    ['text that is cut when it is spread', within('cut', '<span class="cut">Twelve letters of text</span>'), 'layout', /text spread: .* hides some of/,
        '.cut { display: inline-block; height: 1.6em; overflow: hidden; line-height: 1.6; width: 11.5em; white-space: nowrap }'],
    ['no link past the navigation', plant('skip', /<a class="skip.*\n/, ''), 'keyboard', /first stop is no link to the content/],
    ['a link past it that leads nowhere', plant('nowhere', '#main', '#nothing'), 'keyboard', /does not lead to the content/],
    ['a focus that cannot be seen', within('focus', '<a class="unseen" href="good.html">x y z</a>'), 'keyboard', /does not show that it has the focus/,
        '.unseen:focus { outline: none }'],
    ['what is hidden and has the focus', within('hidden', '<a class="away" href="good.html">x y z</a>'), 'keyboard', /cannot be seen when it has the focus/,
        '.away { position: absolute; left: -999rem }'],
    ['what has the focus beneath a column that stays', plant('stays', '<td>A value</td>',
        '<td><a href="good.html">beneath</a></td><td><a href="good.html">behind</a></td>'), 'keyboard', /beneath the column that stays/,
        '.scroll { width: 10rem; overflow-x: auto } th { position: sticky; left: 0; min-width: 8rem; background: white } td { min-width: 30rem }'],
    ['a place in a list that a colour alone shows', within('place', '<span class="place"><nav aria-label="x"><a class="now" aria-current="page" href="good.html">one</a> ' +
        '<a href="good.html">two</a></nav></span>'), 'forced', /is like all others/, '.now { background: #ffd }'],
    ['text of a picture in a colour of its own', within('own', '<svg role="img" aria-label="x" width="90" height="20"><text class="own" y="15">x</text></svg>'),
        'forced', /keeps its own colour/, '.own { fill: #123456 }'],
    ['a field that seems to be wrong', within('mark', '<span class="field">x</span>'), 'forced', /is marked as wrong/, '.field { border-left: 3px solid transparent }'],
    ['navigation on paper', within('paper', '<nav class="onpaper"><a href="good.html">x</a></nav>'), 'paper', /a is printed/, '@media print { .onpaper { display: block !important } }'],
    ['a table that paper cuts off', within('sheet', '<span class="sheet">wide wide wide</span>'), 'paper', /is cut off/,
        '@media print { .sheet { display: block; width: 3rem; overflow: auto; white-space: nowrap } }'],
    ['a column too narrow for its words', within('narrow', '<table class="narrow"><tr><td>12345678901234567890</td></tr></table>'), 'words', /1 cells/,
        '@media print { .narrow { table-layout: fixed; width: 12px; min-width: 0; overflow-wrap: anywhere } }'],
    ['a complaint of a script', within('console', '<script src="console.js"></script>'), 'browser', /console: error: a complaint/],
    ['an error of a script', `${base}console.html?again`, 'browser', /script: .*undefinedFunction/s],
    ['a picture that is missing', within('missing', '<img src="missing.png" alt="x">'), 'browser', /request: .*missing\.png: 404/],
    ['what is asked for elsewhere', within('foreign', '<img src="http://xss.invalid/x.png" alt="x">'), 'browser', /elsewhere: http:\/\/xss\.invalid/],
    ['what the policy forbids', within('policy', '<b style="color:red">x</b>'), 'browser', /csp: /],
    ['the same without a script', `${base}policy.html`, 'plain', /csp: /],
    ['a page in quirks mode', plant('quirks', '<!DOCTYPE html>\n', ''), 'browser', /issue: QuirksModeIssue/],
];

await run(async () => {
    for (const [, url, , , css] of faults.filter(([, , , , css]) => css)) {
        const name = url.slice(base.length).replace(/\.html.*/, '');
        const text = planted[name].replace('good.css">', `good.css">\n<link rel="stylesheet" href="${name}.css">`);
        writeFileSync(join(settings.holes, `${name}.html`), text);
        writeFileSync(join(settings.holes, `${name}.css`), `${css}\n`);
    }
    const browser = await launch();
    try {
        const parser = await Tab.open(browser);
        const parsed = url => send(parser.page, strict, [[url, {}, 'planted']]);
        none(await parsed(`${base}good.html`), 'a page without a hole passes the parser');
        for (const [what, url, pattern] of holes.filter(([, , pattern]) => pattern)) {
            const found = await parsed(url);
            ok(found.some(line => pattern.test(line)), `the parser's look sees ${what}`, found.length ? found : 'nothing was found');
        }
        await parser.close();

        for (const [at, bypass, how] of [[3, true, 'without a policy'], [4, false, 'with its policy']]) {
            await inTabs(browser, [['no hole', `${base}good.html`], ...holes.filter(hole => hole[at])], async (tab, hole) => {
                const found = await open(tab, hole[1], strict);
                if (hole[0] === 'no hole')
                    none(found, `opened ${how}, a page without a hole passes`);
                else
                    ok(found.some(line => hole[at].test(line)), `opened ${how}, ${hole[0]} is seen`, found.length ? found : 'nothing was found');
            }, { bypass });
        }
        {
            const tab = await Tab.open(browser, { bypass: true });
            none(await open(tab, `${base}good.html`, strict, 'Some text, and a link. <script data-xss>'), 'a text that is shown');
            ok((await open(tab, `${base}good.html`, strict, 'another <text>')).length, 'and one that is not');
            await tab.close();
        }

        // --- headers and data
        const whole = { url: `${base}x`, status: 200, type: 'text/html', bytes: Buffer.from('x'),
            headers: { 'x-content-type-options': 'nosniff', 'content-security-policy': 'default-src \'self\'' } };
        const wrong = (change, text = '') => answered({ ...whole, ...change, headers: { ...whole.headers, ...change.headers } }, text).length === 1;
        none(answered(whole, ''), 'an answer without a fault passes');
        ok(wrong({ status: 500 }), 'a failure of the server is seen');
        ok(wrong({ headers: { 'x-xss': '1' } }) && wrong({ headers: { 'set-cookie': ['xss=1'] } }), 'a header that a payload wrote is seen');
        ok(['http://xss.invalid/', '//xss.invalid/', '/\\xss.invalid/'].every(to => wrong({ headers: { location: to } })), 'a redirection elsewhere is seen');
        ok(!wrong({ headers: { location: '/here/' } }), 'one to here is not');
        ok(wrong({ headers: { 'x-content-type-options': undefined } }), 'a type that may be guessed is seen');
        ok(wrong({ headers: { 'content-security-policy': undefined } }), 'a missing policy is seen');
        ok(wrong({ type: 'application/json' }, '{"a":"</script>"}x') && !wrong({ type: 'application/json' }, '{"a":1}'), 'JSON that is none is seen');
        ok(wrong({ type: 'text/xss' }), 'an unknown type is seen');

        // --- faults
        const looked = async (tab, url) => {
            const seen = {};
            for (const script of [true, false]) {
                await tab.visit(url, { script });
                if (script)
                    Object.assign(seen, (await look(tab, { name: 'selftest', script })).wrong);
                seen[script ? 'browser' : 'plain'] = await tab.taken();
            }
            return seen;
        };
        await inTabs(browser, [['no fault', `${base}good.html`], ...faults], async (tab, [what, url, list, pattern]) => {
            const seen = await looked(tab, url);
            if (list)
                ok(seen[list].some(line => pattern.test(line)), `${what} is seen`, Object.entries(seen).map(([kind, lines]) => `${kind}: ${lines.join('; ')}`));
            else
                none(Object.values(seen).flat(), 'a page without a fault passes every look');
        });
    } finally {
        await browser.close();
    }

    const texts = await validate([{ name: 'good', kind: 'html', text: good }, { name: 'bad', kind: 'html', text: good.replace('<h1>', '<h1 colour=red>') },
        { name: 'good', kind: 'svg', text: (await ask(`${base}good.svg`)).text }, { name: 'bad', kind: 'svg', text: '<svg xmlns="http://www.w3.org/2000/svg"><circel/></svg>' },
        { name: 'good', kind: 'css', text: 'p { color: red }' }, { name: 'bad', kind: 'css', text: 'p { colour: red }' }]);
    for (const { name, kind, complaints } of texts)
        ok((complaints.length === 0) === (name === 'good'), `${name} ${kind} is told from the other`, complaints);
});
