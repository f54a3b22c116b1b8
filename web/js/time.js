/** Times for readers: the words are English like the rest of the page, the clock is as the browser is set. */

const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const full = new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'medium' });
const dayOfYear = new Intl.DateTimeFormat('en', { weekday: 'long', day: 'numeric', month: 'long' });
const dayWithYear = new Intl.DateTimeFormat('en', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const shortDay = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', year: 'numeric' });

/** @param {Intl.DateTimeFormat} format @param {Date} date */
const formatted = (format, date) => Number.isNaN(date.getTime()) ? '' : format.format(date);

/** @param {string} timestamp */
export const clockTime = (timestamp) => formatted(clock, new Date(timestamp));
/** @param {string} timestamp */
export const fullTime = (timestamp) => formatted(full, new Date(timestamp));
/** @param {string} timestamp */
export const shortTime = (timestamp) => `${formatted(shortDay, new Date(timestamp))}, ${clockTime(timestamp)}`;

/** The same for two times on the same day here. @param {string|number} time */
export function dayKey(time) {
    const date = new Date(time);
    return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

/** @param {string} timestamp @param {number} now milliseconds since 1970 */
export function dayName(timestamp, now) {
    const key = dayKey(timestamp);
    const today = new Date(now);
    if (key === dayKey(now)) return 'Today';
    if (key === dayKey(new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1).getTime())) {
        return 'Yesterday';
    }
    const date = new Date(timestamp);
    return formatted(date.getFullYear() === today.getFullYear() ? dayOfYear : dayWithYear, date);
}
