/**
 * Cuts text into pieces that a view shows one by one as text nodes, links and marks. Nothing here makes markup.
 * @typedef {{kind: 'text'|'link'|'mark', text: string, href?: string}} Piece
 */

const LINK = /\bhttps?:\/\/[^\s<>"'`\u{0}-\u{1f}]+/giu;
/** Punctuation that ends the sentence around a link rather than the link. */
const TRAILING = /[.,;:!?…'"*_~]+$/u;
const BRACKETS = /** @type {const} */ ([['(', ')'], ['[', ']'], ['{', '}']]);

/** @param {string} text @param {string} character */
const count = (text, character) => text.split(character).length - 1;

/** @param {string} candidate */
function trimLink(candidate) {
    for (let link = candidate; ;) {
        let shorter = link.replace(TRAILING, '');
        for (const [open, close] of BRACKETS) {
            if (shorter.endsWith(close) && count(shorter, close) > count(shorter, open)) shorter = shorter.slice(0, -1);
        }
        if (shorter === link) return link;
        link = shorter;
    }
}

/**
 * Text with its http and https addresses as links.
 * @param {string} text
 * @returns {Piece[]}
 */
export function linkify(text) {
    /** @type {Piece[]} */
    const pieces = [];
    let position = 0;
    for (const match of text.matchAll(LINK)) {
        const link = trimLink(match[0]);
        if (!URL.canParse(link)) continue;
        const url = new URL(link);
        if (url.protocol !== 'http:' && url.protocol !== 'https:') continue;
        if (match.index > position) pieces.push({ kind: 'text', text: text.slice(position, match.index) });
        pieces.push({ kind: 'link', text: link, href: url.href });
        position = match.index + link.length;
    }
    if (position < text.length) pieces.push({ kind: 'text', text: text.slice(position) });
    return pieces;
}

/** @param {string} needle */
function literally(needle) {
    return new RegExp(needle.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'giu');
}

/**
 * Text with every literal occurrence of `needle`, in either case, as a mark.
 * @param {string} text @param {string} needle
 * @returns {Piece[]}
 */
export function highlight(text, needle) {
    /** @type {Piece[]} */
    const pieces = [];
    let position = 0;
    for (const match of needle ? text.matchAll(literally(needle)) : []) {
        if (match.index > position) pieces.push({ kind: 'text', text: text.slice(position, match.index) });
        pieces.push({ kind: 'mark', text: match[0] });
        position = match.index + match[0].length;
    }
    if (position < text.length) pieces.push({ kind: 'text', text: text.slice(position) });
    return pieces;
}

/**
 * The part of a long text around its first match, for a list of hits.
 * @param {string} text @param {string} needle @param {number} [most] characters
 */
export function excerpt(text, needle, most = 220) {
    const characters = [...text];
    if (characters.length <= most) return text;
    const found = needle ? text.search(literally(needle)) : -1;
    const at = found < 0 ? 0 : [...text.slice(0, found)].length;
    const start = Math.max(0, Math.min(at - Math.floor(most / 3), characters.length - most));
    const end = start + most;
    return (start > 0 ? '…' : '') + characters.slice(start, end).join('') + (end < characters.length ? '…' : '');
}

/** Two letters at most, for an avatar. @param {string} name */
export function initials(name) {
    const words = name.split(/[\s._-]+/u).filter((word) => /[\p{L}\p{N}]/u.test(word));
    const letters = words.map((word) => [...word].find((character) => /[\p{L}\p{N}]/u.test(character)) ?? '');
    const chosen = letters.length > 1 ? [letters[0], letters[letters.length - 1]] : letters;
    return chosen.join('').toUpperCase() || '?';
}

/** A hue of 0 to 359 that is always the same for a user (FNV-1a). @param {string} userId */
export function hue(userId) {
    let hash = 0x811c9dc5;
    for (const byte of new TextEncoder().encode(userId)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
    return hash % 360;
}

/** "Ana", "Ana and Luis", "Ana, Luis and 2 more". @param {string[]} names @param {number} [most] named ones */
export function list(names, most = 3) {
    const shown = names.length > most ? [...names.slice(0, most - 1), `${names.length - most + 1} more`] : names;
    return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
