/** Starts the page: signs in, makes the views, and draws them anew, once a frame at most, when something changed. */
import { App } from './app.js';
import { readable } from './api.js';
import { isRoomId } from './protocol.js';
import { loadSession, saveFarewell, saveSession, takeFarewell } from './storage.js';
import { ComposerView } from './views/composer.js';
import { LayoutView } from './views/layout.js';
import { PeopleView } from './views/people.js';
import { RoomsView } from './views/rooms.js';
import { SearchView } from './views/search.js';
import { SignInView } from './views/signin.js';
import { StatusView, renderTitle, toast } from './views/status.js';
import { TimelineView } from './views/timeline.js';
/**
 * @typedef {import('./types.js').Session} Session
 * @typedef {import('./types.js').Message} Message
 */

const TICK_MS = 1_000;

/** The room that the address names: `#lobby`. */
function roomInAddress() {
    let id = location.hash.slice(1);
    try {
        id = decodeURIComponent(id);
    } catch {
        return '';
    }
    return isRoomId(id) ? id : '';
}

class Page {
    /** @type {App} */
    #app;
    /** @type {{render: () => void}[]} */
    #views;
    #timeline;
    #composer;
    #layout;
    #scheduled = false;

    /** @param {Session} session @param {string} room the one to show first; empty: the first remembered one */
    constructor(session, room) {
        this.#app = new App(session, () => this.#changed());
        this.#app.onTrouble = toast;
        this.#layout = new LayoutView(this.#app, { focusDraft: () => this.#composer.focus() });
        this.#timeline = new TimelineView(this.#app, {
            retry: (clientId) => this.#app.active?.retry(clientId),
            discard: (clientId) => void this.#app.active?.discard(clientId),
            edit: (clientId) => this.#composer.edit(this.#app.active?.discard(clientId) ?? ''),
            settled: () => this.#settled(),
        });
        this.#composer = new ComposerView(this.#app, () => this.#timeline.toLatest());
        this.#views = [
            this.#layout,
            new RoomsView(this.#app, {
                open: (id) => this.#open(id), close: (id) => this.#app.close(id), signOut: () => leave(''),
            }),
            new StatusView(this.#app, { signInAgain: () => leave('Please sign in again.') }),
            new PeopleView(this.#app),
            new SearchView(this.#app, (hit) => void this.#jump(hit)),
            this.#composer, this.#timeline,
        ];
        this.#listen();
        setInterval(() => this.#tick(), TICK_MS);
        this.#open(room || this.#app.rooms[0]?.id || 'lobby');
        this.#app.start();
    }

    #listen() {
        document.addEventListener('visibilitychange', () => {
            if (document.hidden) return this.#app.active?.stopTyping();
            this.#app.active?.placeUnreadLine();
            this.#render();
            this.#timeline.revealUnread();
            return this.#settled();
        });
        window.addEventListener('online', () => this.#app.nudge());
        window.addEventListener('hashchange', () => {
            const id = roomInAddress();
            if (id) this.#open(id);
        });
    }

    /** Something changed: the title at once (a hidden tab draws no frames), the rest with the next frame. */
    #changed() {
        renderTitle(this.#app);
        if (this.#scheduled) return;
        this.#scheduled = true;
        requestAnimationFrame(() => this.#render());
    }

    #render() {
        this.#scheduled = false;
        for (const view of this.#views) view.render();
        this.#readWhatIsSeen();
        this.#renderAddress();
    }

    /** The address names the room, so that it can be shared and "back" leads to the room before. */
    #renderAddress() {
        const id = this.#app.active?.id;
        const shown = roomInAddress();
        if (!id || shown === id) return;
        history[shown ? 'pushState' : 'replaceState'](null, '', `#${encodeURIComponent(id)}`);
    }

    #readWhatIsSeen() {
        const room = this.#app.active;
        if (!room || room.unread === 0) return;
        if (!document.hidden && this.#timeline.atEnd) room.markRead();
        else if (room.unreadAfter === null) room.placeUnreadLine();
    }

    /** The reader has come to the newest message. */
    #settled() {
        this.#readWhatIsSeen();
        if (!document.hidden && this.#timeline.atEnd) this.#app.active?.history.tidy();
        this.#changed();
    }

    #tick() {
        if (document.hidden) return;
        for (const room of this.#app.rooms) room.tick(Date.now());
        for (const view of this.#views) view.render();
    }

    /** @param {string} id */
    #open(id) {
        this.#app.open(id);
        this.#layout.closeOverlays();
        this.#changed();
        // On a phone, the keyboard would cover what one came to read.
        if (matchMedia('(pointer: fine)').matches) requestAnimationFrame(() => this.#composer.focus());
    }

    /** @param {Message} hit */
    async #jump(hit) {
        const room = this.#app.active;
        if (!room) return;
        try {
            await room.history.around(hit);
        } catch (error) {
            return toast(`The message could not be loaded. ${readable(error)}`);
        }
        if (room !== this.#app.active) return undefined;
        this.#layout.closeOverlays();
        this.#render();
        this.#timeline.reveal(hit._id);
        return undefined;
    }
}

/** Signs out. The page starts anew, so that nothing of this user stays in it. @param {string} why for the reader */
function leave(why) {
    saveSession(null);
    saveFarewell(why);
    location.reload();
}

const session = loadSession();
if (session) {
    new Page(session, roomInAddress());
} else {
    const signIn = new SignInView((newcomer, room) => {
        signIn.hide();
        new Page(newcomer, room);
    });
    signIn.show(roomInAddress(), takeFarewell());
}
