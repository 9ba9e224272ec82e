// What a page must be, beyond what axe-core and the validator judge. Each function runs in the browser and returns
// what is wrong, as lines.

/** The page itself never scrolls sideways; what is wide scrolls in a region of its own, which the keyboard can reach. */
export function sideways() {
    const found = [];
    const width = document.documentElement.clientWidth;
    const name = element => `${element.localName}${element.id ? `#${element.id}` : ''}${[...element.classList].map(c => `.${c}`).join('')}`;
    const scrolls = element => /auto|scroll/.test(getComputedStyle(element).overflowX);
    if (document.documentElement.scrollWidth > width) {
        const wide = [...document.body.querySelectorAll('*')].filter(element => {
            const box = element.getBoundingClientRect();
            for (let up = element.parentElement; up && up !== document.body; up = up.parentElement) {
                if (/auto|scroll|hidden|clip/.test(getComputedStyle(up).overflowX))
                    return false;
            }
            return box.width > 0 && box.right > width + 1;
        });
        found.push(`the page is ${document.documentElement.scrollWidth} px wide in a window of ${width}: ` +
            wide.slice(0, 5).map(each => `${name(each)} "${each.textContent.trim().slice(0, 40)}"`).join(', '));
    }
    for (const element of document.body.querySelectorAll('*')) {
        if (scrolls(element) && element.scrollWidth > element.clientWidth + 1 && element.tabIndex < 0 &&
            !element.querySelector('a[href], button, input, select, textarea, [tabindex="0"]'))
            found.push(`${name(element)} scrolls, but not by the keyboard`);
    }
    return found;
}

/** On paper: no links of navigation, nothing to be filled in, nothing cut off, dark on light. */
export function printed() {
    const found = [];
    const name = element => `${element.localName}${[...element.classList].map(c => `.${c}`).join('')}`;
    const visible = element => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0 &&
        [...element.getClientRects()].some(box => box.width > 1 && box.height > 1 && box.bottom > 0);
    for (const element of document.querySelectorAll('nav a, [role=navigation] a, button, input, select, textarea, .skip')) {
        // A form to be sent is what its page is about.
        if (visible(element) && !element.closest('main form[method=post]'))
            found.push(`${name(element)} is printed: ${element.innerText.trim().slice(0, 60)}`);
    }
    // A list of options scrolls by nature.
    for (const element of document.body.querySelectorAll('*:not(select)')) {
        const { overflowX, overflowY } = getComputedStyle(element);
        if ((/auto|scroll/.test(overflowX) && element.scrollWidth > element.clientWidth + 1) ||
            (/auto|scroll/.test(overflowY) && element.scrollHeight > element.clientHeight + 1))
            found.push(`${name(element)} is cut off`);
    }
    const light = colour => {
        const [r, g, b] = colour.match(/[\d.]+/g).map(Number);
        return (r * 2126 + g * 7152 + b * 722) / 10000 / 255;
    };
    if (light(getComputedStyle(document.body).color) > 0.4)
        found.push(`light text: ${getComputedStyle(document.body).color}`);
    return found;
}

/** On paper: columns so narrow that words and numbers stand letter below letter. */
export function squeezed() {
    const cells = [...document.querySelectorAll('th, td')].filter(cell => {
        const word = Math.max(...cell.innerText.split(/\s+/).map(each => each.length));
        return word > 4 && cell.clientWidth > 0 && cell.clientWidth < 3 * parseFloat(getComputedStyle(cell).fontSize) &&
            cell.clientHeight > 4 * parseFloat(getComputedStyle(cell).fontSize);
    });
    return cells.length ? [`${cells.length} cells, such as "${cells[0].innerText.slice(0, 40)}" in ${cells[0].clientWidth} px`] : [];
}

/** The element that has the focus: whether a person can see that it has. */
export function focused() {
    const element = document.activeElement;
    if (!element || element === document.body)
        return null;
    const box = element.getBoundingClientRect();
    const outlined = [element, element.parentElement, ...element.children].some(each => each && ['', '::before', '::after'].some(part => {
        const style = getComputedStyle(each, part || null);
        return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || (each === element && style.boxShadow !== 'none');
    }));
    const at = box.width && document.elementFromPoint(
        Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1), Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1));
    return {
        what: element.outerHTML.replace(/\s+/g, ' ').slice(0, 120),
        href: element.getAttribute('href'),
        seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
        outlined,
        covered: Boolean(at) && at !== element && !element.contains(at) && !at.contains(element) ? at.outerHTML.slice(0, 80) : '',
        scroll: element.scrollHeight > innerHeight || element.scrollWidth > innerWidth || box.height > innerHeight,
    };
}

/** Backwards through what scrolls sideways: what gets the focus is not beneath a column that stays in its place. */
export function beneath() {
    const found = [];
    for (const region of document.querySelectorAll('.scroll')) {
        const stays = [...region.querySelectorAll('th, td')].find(cell => getComputedStyle(cell).position === 'sticky');
        if (!stays || region.scrollWidth <= region.clientWidth)
            continue;
        // A row is like another: the heading, the first and the last.
        const rows = [...region.querySelectorAll('tr')];
        for (const row of new Set([...rows.slice(0, 2), ...rows.slice(-1)])) {
            for (const link of [...row.querySelectorAll('a[href]')].reverse()) {
                if (getComputedStyle(link.closest('th, td')).position === 'sticky')
                    continue;
                link.focus();
                if (link.getBoundingClientRect().right <= stays.getBoundingClientRect().right + 1)
                    found.push(`has the focus beneath the column that stays: ${link.outerHTML.slice(0, 120)}`);
            }
        }
        region.scrollLeft = 0;
    }
    document.activeElement?.blur();
    return found;
}

/** Where people choose the colours: what is meant by a colour alone is meant by another thing, too. */
export function forced() {
    const found = [];
    const canvas = getComputedStyle(document.body).backgroundColor;
    const looks = element => {
        const { backgroundColor, borderTopColor, borderTopStyle, fontWeight } = getComputedStyle(element);
        return [/, 0\)$/.test(backgroundColor) ? canvas : backgroundColor, borderTopColor, borderTopStyle, fontWeight].join();
    };
    for (const current of document.querySelectorAll('a[aria-current]')) {
        const other = current.closest('ul, ol, nav')?.querySelector('a[href]:not([aria-current])');
        if (other && looks(current) === looks(other) && !getComputedStyle(current, '::before').content.includes('"'))
            found.push(`is like all others: ${current.outerHTML.slice(0, 120)}`);
    }
    const text = getComputedStyle(document.body).color;
    for (const element of document.querySelectorAll('main svg text')) {
        const { fill } = getComputedStyle(element);
        if (element.getClientRects().length && fill !== text)
            found.push(`keeps its own colour, ${fill}: ${element.outerHTML.slice(0, 120)}`);
    }
    for (const element of document.querySelectorAll('.field:not(.wrong)')) {
        if (getComputedStyle(element).borderLeftStyle !== 'none')
            found.push(`is marked as wrong: ${element.textContent.trim().slice(0, 60)}`);
    }
    return found;
}

/** Text as far apart as WCAG 1.4.12 lets people set it. By a sheet that no policy forbids. */
export function spread() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } ' +
        'p { margin-bottom: 2em !important }');
    document.adoptedStyleSheets = [sheet];
}

/** Text that its own box hides, but for what says that it is cut (an ellipsis) and a single word with a picture of its own. */
export function clipped() {
    return [...document.body.querySelectorAll('*:not(select)')].filter(element => {
        const style = getComputedStyle(element);
        return /hidden|clip/.test(style.overflowX + style.overflowY) && style.textOverflow !== 'ellipsis' && /\s/.test(element.innerText?.trim() ?? '') &&
            element.clientWidth > 1 && !/rect|inset/.test(style.clip + style.clipPath) && style.webkitLineClamp === 'none' &&
            (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1);
    }).map(element => `${element.localName}.${[...element.classList].join('.')} hides some of "${element.innerText.trim().slice(0, 60)}"`);
}
