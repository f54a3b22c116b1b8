/** The small round (or square) sign of a person: initials on a colour that belongs to the user id. */
import { hue, initials } from '../text.js';
import { el } from './dom.js';

/**
 * Lends an element a user's colour, for the style sheets to use.
 * @param {HTMLElement} element @param {string} userId
 */
export function colour(element, userId) {
    element.style.setProperty('--hue', String(hue(userId)));
    return element;
}

/** @param {string} userId @param {string} name */
export function avatar(userId, name) {
    return colour(el('span', { class: 'avatar', 'aria-hidden': 'true' }, initials(name)), userId);
}
