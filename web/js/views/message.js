/**
 * The rows of a room's log as elements.
 * @typedef {import('../types.js').Message} Message
 * @typedef {import('../types.js').Outgoing} Outgoing
 * @typedef {import('../types.js').Gap} Gap
 * @typedef {import('../feed.js').Row} Row
 * @typedef {import('../room-history.js').Progress} Progress
 *
 * @typedef {object} Context
 * @property {string} ownId
 * @property {string} ownName
 * @property {(userId: string) => string} nameOf
 * @property {Progress} gap         how reading into a gap goes
 * @property {boolean} connected
 *
 * @typedef {object} Actions
 * @property {(clientId: string) => void} retry
 * @property {(clientId: string) => void} discard
 * @property {(clientId: string) => void} edit
 * @property {(gap: Gap) => void} loadGap
 */
import { linkify, list } from '../text.js';
import { clockTime, fullTime } from '../time.js';
import { avatar, colour } from './avatar.js';
import { el, icon } from './dom.js';

/**
 * @param {Row} row
 * @param {Context} context
 * @param {Actions} actions
 * @returns {HTMLElement}
 */
export function rowElement(row, context, actions) {
    switch (row.kind) {
        case 'day': return el('div', { class: 'day', role: 'separator' }, el('span', {}, row.name));
        case 'unread':
            return el('div', { class: 'unread-line', role: 'separator' }, el('span', {}, 'New messages'));
        case 'notices': return notices(row.notices, context.nameOf);
        case 'gap': return gap(row.gap, context.gap, actions);
        case 'message': return message(row, context.ownId);
        case 'outgoing': return outgoing(row, context, actions);
    }
}

/**
 * Everything that the row's element depends on.
 * @param {Row} row @param {Context} context
 */
export function rowSignature(row, context) {
    switch (row.kind) {
        case 'day': return row.name;
        case 'unread': return '';
        case 'notices': return row.notices.map((notice) => context.nameOf(notice.userId)).join('\n');
        case 'gap':
            return [row.gap.older.seq, row.gap.newer.seq, context.gap.state, context.gap.error].join('\n');
        case 'message':
            return ['m', row.grouped, row.message.edited_at, row.message.deleted_at, row.message.username].join('\n');
        case 'outgoing':
            return ['o', row.grouped, row.entry.state, row.entry.error, context.connected].join('\n');
    }
}

/** @param {import('../types.js').Notice[]} all @param {(userId: string) => string} nameOf */
function notices(all, nameOf) {
    /** @type {{what: string, names: string[]}[]} */
    const parts = [];
    for (const { what, userId } of all) {
        const last = parts.at(-1);
        const name = nameOf(userId);
        if (last?.what === what) {
            if (!last.names.includes(name)) last.names.push(name);
        } else parts.push({ what, names: [name] });
    }
    const shown = parts.slice(-4);
    const text = shown.map(({ what, names }) => `${list(names)} ${what}`).join(' · ');
    const element = el('div', { class: 'notice' }, el('span', { dir: 'auto' }, text), ' ',
        time(all[all.length - 1].timestamp));
    return element;
}

/** @param {Gap} between @param {Progress} progress @param {Actions} actions */
function gap(between, progress, actions) {
    const missing = between.newer.seq - between.older.seq - 1;
    const count = missing === 1 ? '1 message' : `${missing.toLocaleString('en')} messages`;
    const text = progress.state === 'loading' ? 'Loading…'
        : progress.state === 'failed' ? `${progress.error} Try again` : `Show ${count} between`;
    return el('div', { class: 'gap' },
        el('button', { class: 'button small', type: 'button', click: () => actions.loadGap(between) }, text));
}

/** @param {Extract<Row, {kind: 'message'}>} row @param {string} ownId */
function message({ message: it, grouped }, ownId) {
    const content = it.deleted_at
        ? el('p', { class: 'content deleted' }, 'This message was deleted.')
        : text(it.content);
    if (it.edited_at && !it.deleted_at) {
        content.append(el('span', { class: 'edited', title: fullTime(it.edited_at) }, ' (edited)'));
    }
    const element = frame(it.user_id, it.username || it.user_id, it.timestamp, grouped, it.user_id === ownId, content);
    element.dataset.id = it._id;
    return element;
}

/**
 * @param {Extract<Row, {kind: 'outgoing'}>} row
 * @param {Context} context
 * @param {Actions} actions
 */
function outgoing({ entry, grouped }, context, actions) {
    const content = text(entry.content);
    const element = frame(context.ownId, context.ownName, entry.createdAt, grouped, true, content);
    element.dataset.state = entry.state;
    if (entry.state === 'failed') content.after(failure(entry, actions));
    else if (entry.state !== 'stored') {
        const waiting = context.connected ? 'Sending…' : 'Will be sent when the connection is back';
        content.after(el('p', { class: 'delivery' }, icon('clock'), waiting));
    }
    return element;
}

/** @param {Outgoing} entry @param {Actions} actions */
function failure(entry, actions) {
    /** @param {string} label @param {(clientId: string) => void} action */
    const button = (label, action) =>
        el('button', { class: 'text-button', type: 'button', click: () => action(entry.clientId) }, label);
    return el('p', { class: 'delivery failed', role: 'alert' }, icon('alert'),
        el('span', {}, `Not sent. ${entry.error ?? ''}`),
        button('Try again', actions.retry), button('Edit', actions.edit), button('Discard', actions.discard));
}

/**
 * @param {string} userId @param {string} name @param {string} timestamp @param {boolean} grouped
 * @param {boolean} own @param {HTMLElement} content
 */
function frame(userId, name, timestamp, grouped, own, content) {
    const author = el('bdi', { class: grouped ? 'sr-only' : 'author' }, name);
    const head = grouped
        ? [el('span', { class: 'gutter' }, time(timestamp)), author]
        : [avatar(userId, name),
            el('p', { class: 'byline' }, author, own && el('span', { class: 'you' }, 'you'), time(timestamp))];
    const classes = ['message', grouped && 'grouped', own && 'own'].filter(Boolean).join(' ');
    return colour(el('article', { class: classes, tabindex: -1 }, ...head, content), userId);
}

/** @param {string} content */
function text(content) {
    const pieces = linkify(content).map((piece) => piece.kind === 'link'
        ? el('a', { href: piece.href, target: '_blank', rel: 'noopener noreferrer nofollow' }, piece.text)
        : piece.text);
    return el('p', { class: 'content', dir: 'auto' }, ...pieces);
}

/** @param {string} timestamp */
function time(timestamp) {
    return el('time', { datetime: timestamp, title: fullTime(timestamp) }, clockTime(timestamp));
}
