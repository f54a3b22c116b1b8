/** The sidebar: rooms with their unread messages, a field to join another, and who is signed in. */
import { isRoomId } from '../protocol.js';
import { avatar } from './avatar.js';
import { byId, el, icon, reconcile, setText } from './dom.js';
/** @typedef {import('../room.js').Room} Room */

export class RoomsView {
    #list = byId('rooms');
    #name = byId('join-name', HTMLInputElement);
    #error = byId('join-error');
    #otherUnread = byId('other-unread');
    /** @type {Map<string, {node: HTMLElement, signature: string}>} */
    #items = new Map();
    #app;
    #actions;

    /**
     * @param {import('../app.js').App} app
     * @param {{open: (id: string) => void, close: (id: string) => void, signOut: () => void}} actions
     */
    constructor(app, actions) {
        this.#app = app;
        this.#actions = actions;
        this.#list.replaceChildren();
        byId('join').onsubmit = (event) => {
            event.preventDefault();
            this.#join();
        };
        this.#name.oninput = () => this.#complain('');
        byId('sign-out').onclick = () => actions.signOut();
        const { userId, username } = app.session;
        byId('me-avatar').replaceChildren(avatar(userId, username));
        setText(byId('me-name'), username);
        setText(byId('me-id'), userId);
    }

    render() {
        const { rooms, active } = this.#app;
        reconcile(this.#list, this.#items, rooms, (room) => room.id,
            (room) => [room.unread, room === active, isAway(room)].join(), (room) => this.#item(room));
        this.#otherUnread.hidden = !rooms.some((room) => room !== active && room.unread > 0);
    }

    /** @param {Room} room */
    #item(room) {
        const { id, unread } = room;
        const current = room === this.#app.active;
        const classes = ['room-link', unread > 0 && 'has-unread', isAway(room) && 'away'].filter(Boolean).join(' ');
        const open = el('button',
            { class: classes, type: 'button', 'aria-current': current && 'page', click: () => this.#actions.open(id) },
            el('span', { class: 'hash', 'aria-hidden': 'true' }, '#'), el('span', { class: 'room-name' }, id),
            isAway(room) && el('span', { class: 'room-away', title: 'Not connected' }, icon('alert'),
                el('span', { class: 'sr-only' }, 'not connected')),
            unread > 0 && el('span', { class: 'badge' }, unread > 99 ? '99+' : String(unread),
                el('span', { class: 'sr-only' }, ' unread')));
        const close = el('button', {
            class: 'room-close', type: 'button', title: 'Remove from the list',
            'aria-label': `Remove ${id} from the list`,
            click: () => this.#actions.close(id),
        }, icon('close'));
        return el('li', { class: 'room-item' }, open, close);
    }

    #join() {
        const id = this.#name.value.trim().replace(/^#/, '');
        if (id === '') return this.#name.focus();
        if (!isRoomId(id)) {
            this.#complain('A room\u2019s name has 1 to 64 letters, digits and _ . : -');
            return this.#name.focus();
        }
        this.#name.value = '';
        this.#complain('');
        return this.#actions.open(id);
    }

    /** @param {string} text */
    #complain(text) {
        setText(this.#error, text);
        this.#error.hidden = text === '';
        this.#name.setAttribute('aria-invalid', String(text !== ''));
    }
}

/** @param {Room} room */
const isAway = (room) => room.socket.state.name === 'stopped';
