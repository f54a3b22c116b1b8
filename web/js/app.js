/** What the whole page is about: the session, its rooms, and which one is shown. No page elements. */
import { Names } from './people.js';
import { isRoomId } from './protocol.js';
import { Room } from './room.js';
import { loadRooms, saveRooms } from './storage.js';
/** @typedef {import('./types.js').Session} Session */

/** Remembered rooms that connect at once; the rest do when they are opened. A bound on a user's sockets. */
const MOST_CONNECTED_AT_START = 8;

export class App {
    /** In the order of the sidebar. @type {Room[]} */
    rooms = [];
    /** @type {Room|null} */
    active = null;
    /** @type {'people'|'search'|null} the panel beside the messages */
    panel = null;
    names = new Names();
    /** Something went wrong that belongs to no row; the view shows it for a while. @type {(text: string) => void} */
    onTrouble = () => {};
    #onChange;

    /** @param {Session} session @param {() => void} onChange */
    constructor(session, onChange) {
        this.session = session;
        this.#onChange = onChange;
        this.names.learn(session.userId, session.username);
        this.rooms = loadRooms(session.userId).filter(isRoomId).map((id) => this.#make(id));
    }

    /** Unread messages in all rooms. */
    get unread() { return this.rooms.reduce((sum, room) => sum + room.unread, 0); }

    /** Connects the remembered rooms. The one that is shown should have been opened before. */
    start() {
        for (const room of this.rooms.slice(0, MOST_CONNECTED_AT_START)) room.start();
    }

    /** Shows a room, new or known. @param {string} id */
    open(id) {
        let room = this.rooms.find((one) => one.id === id);
        if (!room) {
            room = this.#make(id);
            this.rooms = [...this.rooms, room];
            this.#save();
        }
        if (room === this.active) return;
        this.active?.stopTyping();
        this.active = room;
        room.placeUnreadLine();
        room.start();
    }

    /** Takes a room from the list. Membership stays with the service. @param {string} id */
    close(id) {
        const index = this.rooms.findIndex((room) => room.id === id);
        if (index < 0) return;
        const [room] = this.rooms.splice(index, 1);
        room.stop();
        this.#save();
        if (room === this.active) {
            this.active = null;
            const next = this.rooms[Math.min(index, this.rooms.length - 1)];
            if (next) this.open(next.id);
        }
        this.#onChange();
    }

    /** Shows the next or previous room of the sidebar. @param {1|-1} step */
    step(step) {
        const index = this.rooms.findIndex((room) => room === this.active);
        const next = this.rooms[(index + step + this.rooms.length) % this.rooms.length];
        if (next) this.open(next.id);
    }

    /** @param {'people'|'search'|null} panel */
    show(panel) {
        this.panel = panel;
        this.#onChange();
    }

    /** The network is back: nobody wants to sit out a back-off then. */
    nudge() {
        for (const room of this.rooms) {
            if (room.socket.state.name === 'waiting') room.socket.nudge();
        }
    }

    stop() {
        for (const room of this.rooms) room.stop();
    }

    /** @param {string} id */
    #make(id) {
        return new Room(id, this.session, {
            names: this.names, onChange: this.#onChange, onTrouble: (text) => this.onTrouble(text),
        });
    }

    #save() {
        saveRooms(this.session.userId, this.rooms.map((room) => room.id));
    }
}
