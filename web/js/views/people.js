/** Who is in the room: the number in the header and the panel with names. Also who is typing. */
import { list } from '../text.js';
import { avatar } from './avatar.js';
import { byId, el, reconcile, setText } from './dom.js';

/** More than these are a number, not a list to read. */
const MOST_SHOWN = 200;

export class PeopleView {
    #list = byId('people-list');
    #note = byId('people-note');
    #count = byId('people-count');
    #button = byId('people-open');
    #state = byId('room-state');
    #typing = byId('typing');
    /** @type {Map<string, {node: HTMLElement, signature: string}>} */
    #items = new Map();
    #app;

    /** @param {import('../app.js').App} app */
    constructor(app) {
        this.#app = app;
        this.#list.replaceChildren();
        byId('people-close').onclick = () => app.show(null);
        this.#button.onclick = () => app.show(app.panel === 'people' ? null : 'people');
    }

    render() {
        const room = this.#app.active;
        const { session, names, panel } = this.#app;
        const live = room?.socket.state.name === 'open';
        const count = live ? room.people.count : 0;
        setText(this.#count, count > 0 ? String(count) : '');
        this.#button.setAttribute('aria-label', count > 0 ? `People, ${count} online` : 'People');
        setText(this.#state, count > 0 ? `${count.toLocaleString('en')} online` : live ? 'Connected' : 'Not connected');
        this.#state.classList.toggle('live', live);
        this.#renderTyping(live ? room.people.typers(session.userId, Date.now()) : []);
        if (panel !== 'people' || !room) return;

        const typing = new Set(room.people.typers(session.userId, Date.now()));
        const online = (live ? room.people.online : [])
            .map((id) => ({ id, name: names.of(id), own: id === session.userId, typing: typing.has(id) }))
            .sort((a, b) => Number(b.own) - Number(a.own) || a.name.localeCompare(b.name));
        reconcile(this.#list, this.#items, online.slice(0, MOST_SHOWN), (person) => person.id,
            (person) => [person.name, person.typing].join('\n'), person);
        const more = count - Math.min(online.length, MOST_SHOWN);
        setText(this.#note, !live ? 'Nobody is shown while you are not connected.'
            : more > 0 ? `and ${more.toLocaleString('en')} more`
                : count === 1 ? 'Only you are here. Open this page in another window to have company.' : '');
        this.#note.hidden = this.#note.textContent === '';
    }

    /** @param {string[]} typers user ids */
    #renderTyping(typers) {
        const who = typers.map((id) => this.#app.names.of(id));
        setText(this.#typing, typers.length === 0 ? ''
            : typers.length > 4 ? 'Several people are typing…'
                : `${list(who)} ${typers.length === 1 ? 'is' : 'are'} typing…`);
        this.#typing.classList.toggle('active', typers.length > 0);
    }
}

/** @param {{id: string, name: string, own: boolean, typing: boolean}} who */
function person({ id, name, own, typing }) {
    return el('li', { class: 'person' }, avatar(id, name),
        el('span', { class: 'person-names' }, el('bdi', { class: 'person-name' }, name),
            name !== id && el('bdi', { class: 'person-id' }, id)),
        own && el('span', { class: 'you' }, 'you'), typing && el('span', { class: 'person-typing' }, 'typing…'));
}
