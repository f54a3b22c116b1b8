/** Makes elements out of values. Data only ever becomes text nodes and attributes, never markup. */

const SVG = 'http://www.w3.org/2000/svg';

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string|number|boolean|null|undefined|EventListener>} attributes a function listens to the
 *   event of that name; false, null and undefined leave the attribute out
 * @param {...(Node|string|null|false)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (typeof value === 'function') element.addEventListener(name, value);
        else if (value === true) element.setAttribute(name, '');
        else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
    }
    for (const child of children) {
        if (child !== null && child !== false) element.append(child);
    }
    return element;
}

/** @param {string} name a symbol of index.html, which so are there without a connection */
export function icon(name) {
    const svg = document.createElementNS(SVG, 'svg');
    svg.setAttribute('class', 'icon');
    svg.setAttribute('aria-hidden', 'true');
    const use = document.createElementNS(SVG, 'use');
    use.setAttribute('href', `#icon-${name}`);
    svg.append(use);
    return svg;
}

/**
 * An element of the page that is always there.
 * @template {HTMLElement} Kind
 * @param {string} id
 * @param {new () => Kind} [kind]
 * @returns {Kind}
 */
export function byId(id, kind = /** @type {any} */ (HTMLElement)) {
    const element = document.getElementById(id);
    if (!(element instanceof kind)) throw new Error(`the page lacks #${id}`);
    return element;
}

/**
 * Writes a text only when it is another one, so that a live region is not read out again.
 * @param {Node} node @param {string} text
 */
export function setText(node, text) {
    if (node.textContent !== text) node.textContent = text;
}

/**
 * Brings a list of keyed children in line with what is wanted, touching only what differs.
 * @template Item
 * @param {HTMLElement} parent
 * @param {Map<string, {node: HTMLElement, signature: string}>} known what the last call made; kept up to date
 * @param {readonly Item[]} items
 * @param {(item: Item) => string} keyOf
 * @param {(item: Item) => string} signatureOf another signature: the child is made anew
 * @param {(item: Item) => HTMLElement} make
 */
export function reconcile(parent, known, items, keyOf, signatureOf, make) {
    const wanted = new Set(items.map(keyOf));
    for (const [key, { node }] of known) {
        if (wanted.has(key)) continue;
        node.remove();
        known.delete(key);
    }
    /** @type {ChildNode|null} */
    let place = parent.firstChild;
    for (const item of items) {
        const key = keyOf(item);
        const signature = signatureOf(item);
        const old = known.get(key);
        if (old && old.signature === signature) {
            if (old.node === place) place = place.nextSibling;
            else parent.insertBefore(old.node, place);
            continue;
        }
        const node = make(item);
        if (old && old.node === place) place = place.nextSibling;
        old?.node.remove();
        parent.insertBefore(node, place);
        known.set(key, { node, signature });
    }
}
