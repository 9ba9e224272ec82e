// What a payload leaves in a document when it is not inert. Runs in the browser, so it knows nothing but its arguments.

/**
 * `inspectDocument(document, options)` returns what should not be there, as lines. It judges the parsed document, not
 * what ran, so it also sees what a Content-Security-Policy would have stopped.
 *
 * options.home   the address of the document
 * options.lenient  a page whose script builds it (a viewer from npm): only what bears a payload's mark counts
 */
export function inspectDocument(doc, { home, lenient = false }) {
    const found = [];
    const short = node => (node.outerHTML ?? node.nodeName).replace(/\s+/g, ' ').slice(0, 200);
    const foreign = new Set(['iframe', 'frame', 'frameset', 'object', 'embed', 'applet', 'base', 'foreignobject', 'animate',
        'animatemotion', 'animatetransform', 'set', 'marquee', 'math', 'portal', 'plaintext', 'xmp', 'listing', 'style']);
    const addresses = new Set(['href', 'xlink:href', 'src', 'srcset', 'action', 'formaction', 'data', 'poster', 'ping',
        'background', 'manifest', 'codebase', 'cite', 'longdesc', 'usemap', 'from', 'to', 'values']);
    // Of these types a script element is data and never runs.
    const data = /^(?:application\/(?:[\w.-]+\+)?json|speculationrules|text\/plain)$/i;

    function address(element, name, value) {
        let url;
        try {
            url = new URL(value, home);
        } catch {
            // A browser goes nowhere from there.
            return;
        }
        if (/^data:image\/(?:png|jpeg|gif|webp|avif)[;,]/i.test(url.href) && element.localName === 'img')
            return;
        if (!['http:', 'https:', 'mailto:'].includes(url.protocol)) {
            found.push(`an address of the kind ${url.protocol}, ${name} of ${short(element)}`);
        } else if (url.protocol !== 'mailto:' && url.host !== new URL(home).host && !lenient) {
            // A link that a value of the kind url makes; it says what it is.
            const link = element.localName === 'a' && name === 'href' && /\bnofollow\b/.test(element.getAttribute('rel') ?? '');
            if (!link || /^\s*[/\\]/.test(value))
                found.push(`an address elsewhere, ${name} of ${short(element)}`);
        }
    }

    function judge(element) {
        const name = element.localName.toLowerCase();
        if (element.hasAttribute('data-xss') || name.startsWith('xss'))
            found.push(`an element of a payload: ${short(element)}`);
        if (!lenient) {
            if (foreign.has(name))
                found.push(`an element that no page of ours has: ${short(element)}`);
            if (name === 'meta' && element.hasAttribute('http-equiv'))
                found.push(`an instruction to the browser: ${short(element)}`);
            if (name === 'script') {
                if (data.test(element.type || element.getAttribute('type') || '')) {
                    try {
                        JSON.parse(element.textContent);
                    } catch (error) {
                        found.push(`data in the page that is no JSON, ${error.message}: ${short(element)}`);
                    }
                } else if (!element.getAttribute('src') || element.textContent.trim()) {
                    found.push(`an inline script: ${short(element)}`);
                }
            }
            if (element.hasAttribute('style'))
                found.push(`an inline style: ${short(element)}`);
            if (element.hasAttribute('srcdoc'))
                found.push(`a document in an attribute: ${short(element)}`);
        }
        for (const { name: attribute, value } of element.attributes) {
            if (/^on/i.test(attribute) && (!lenient || /xss|alert/.test(value)))
                found.push(`an event handler: ${attribute} of ${short(element)}`);
            // An attribute that was left too early goes on as attributes of strange names.
            if (!/^[A-Za-z][A-Za-z0-9:_.-]*$/.test(attribute) && !lenient)
                found.push(`an attribute of a strange name: ${attribute} of ${short(element)}`);
            if (addresses.has(attribute.toLowerCase()) && value && !(name === 'set' && lenient))
                address(element, attribute, attribute === 'srcset' ? value.trim().split(/\s/)[0] : value);
        }
        if (element.localName === 'template' && element.content)
            walk(element.content);
        if (element.shadowRoot)
            walk(element.shadowRoot);
    }

    function walk(root) {
        for (const element of root.querySelectorAll('*'))
            judge(element);
    }

    walk(doc);
    // A template's text that was taken for a template: {{191*7}} is 1337.
    if (/xss(?:-| )?1337\b/.test(doc.documentElement.textContent))
        found.push('a template in a value was carried out');
    return found;
}

/**
 * The same of texts that a server answered: [{ type, text, home, lenient }], each of which is parsed as the browser would
 * parse it, without running anything. For each: { found, links, forms }.
 */
export function inspectTexts(texts, inspect) {
    const judge = new Function(`return ${inspect}`)();
    const resolve = (value, home) => {
        try {
            return new URL(value, home).href;
        } catch {
            return undefined;
        }
    };
    return texts.map(({ type, text, home, lenient }) => {
        const doc = new DOMParser().parseFromString(text, type);
        const broken = type !== 'text/html' && doc.querySelector('parsererror');
        if (broken)
            return { found: [`${type} that does not parse: ${broken.textContent.slice(0, 200)}`], links: [], forms: [] };
        const links = [...doc.querySelectorAll('a[href], area[href], link[href], img[src], iframe[src], object[data], use[href]')]
            .map(each => resolve(each.getAttribute('href') ?? each.getAttribute('src') ?? each.getAttribute('data'), home));
        const forms = [...doc.querySelectorAll('form')].map(form => ({
            action: resolve(form.getAttribute('action') || home, home),
            method: (form.getAttribute('method') ?? 'get').toLowerCase(),
            names: [...form.querySelectorAll('[name]')].map(each => each.getAttribute('name')),
        }));
        return { found: judge(doc, { home, lenient }), links: links.filter(Boolean), forms };
    });
}
