/** Which parts of the page are open, at every width, and the keys that open and close them. */
import { byId, setText } from './dom.js';

const narrow = matchMedia('(max-width: 760px)');
/** Below this, a panel lies over the messages. */
const overlaid = matchMedia('(max-width: 1080px)');

export class LayoutView {
    #page = byId('app');
    #sidebar = byId('sidebar');
    #room = byId('room');
    #backdrop = byId('backdrop');
    #open = byId('sidebar-open');
    #panels = { people: byId('people'), search: byId('search') };
    #buttons = { people: byId('people-open'), search: byId('search-open') };
    #drawer = false;
    /** @type {'people'|'search'|null} */
    #panel = null;
    #app;

    /** @param {import('../app.js').App} app @param {{focusDraft: () => void}} actions */
    constructor(app, actions) {
        this.#app = app;
        this.#page.hidden = false;
        if (!overlaid.matches) app.panel = 'people';
        this.#open.onclick = () => this.#setDrawer(true);
        byId('sidebar-close').onclick = () => this.#setDrawer(false);
        this.#backdrop.onclick = () => {
            this.#setDrawer(false);
            app.show(null);
        };
        narrow.onchange = overlaid.onchange = () => this.#setDrawer(false);
        document.onkeydown = (event) => {
            if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') app.show('search');
            else if (event.altKey && event.key === 'ArrowDown') app.step(1);
            else if (event.altKey && event.key === 'ArrowUp') app.step(-1);
            else if (event.key === 'Escape' && this.#drawer) this.#setDrawer(false);
            else if (event.key === 'Escape' && app.panel && (overlaid.matches || app.panel === 'search')) {
                app.show(null);
                actions.focusDraft();
            } else return;
            event.preventDefault();
        };
    }

    render() {
        setText(byId('room-title'), this.#app.active?.id ?? 'No room is open');
        const { panel } = this.#app;
        for (const name of /** @type {const} */ (['people', 'search'])) {
            this.#panels[name].hidden = panel !== name;
            this.#buttons[name].setAttribute('aria-expanded', String(panel === name));
        }
        if (this.#panel !== panel) {
            const closed = this.#panel;
            this.#panel = panel;
            if (panel === 'people' && overlaid.matches) byId('people-close').focus();
            if (panel === null && closed && document.activeElement === document.body) this.#buttons[closed].focus();
        }
        this.#cover();
    }

    /** After a room was chosen on a phone, its messages are what is wanted. */
    closeOverlays() {
        this.#setDrawer(false);
        if (overlaid.matches) this.#app.panel = null;
    }

    /** @param {boolean} open */
    #setDrawer(open) {
        const changed = this.#drawer !== open;
        this.#drawer = open;
        this.#sidebar.classList.toggle('open', open);
        this.#open.setAttribute('aria-expanded', String(open));
        this.#cover();
        if (changed && narrow.matches) (open ? byId('sidebar-close') : this.#open).focus();
    }

    /** What lies under a drawer or panel can be neither reached nor read until it is closed. */
    #cover() {
        const drawer = this.#drawer && narrow.matches;
        const panel = this.#app.panel !== null && overlaid.matches;
        this.#backdrop.hidden = !drawer && !panel;
        this.#room.inert = drawer || panel;
        this.#sidebar.inert = narrow.matches ? !drawer : panel;
    }
}
