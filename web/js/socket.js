/** Performs what connection.js decides: opens the WebSocket, keeps the timers, hands frames on. */
import { initial, transition } from './connection.js';
import { parseFrame } from './protocol.js';

const OPENING_LIMIT_MS = 10_000;
const CHECK_MS = 10_000;
/** The service speaks at least every 10 s (presence); after three times that, the line is dead. */
const SILENCE_LIMIT_MS = 32_000;
/** No close frame came; the code that browsers give such an end (RFC 6455, section 7.1.5). */
const ABNORMAL = 1006;

export class RoomSocket {
    /** @type {import('./connection.js').State} */
    state = initial;
    /** @type {WebSocket|null} */
    #socket = null;
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    #waiting;
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    #opening;
    /** @type {ReturnType<typeof setInterval>|undefined} */
    #checking;
    #lastFrameAt = 0;
    #lastCheckAt = 0;
    #how;

    /**
     * @param {object} how
     * @param {() => string} how.url asked anew for each attempt, since the token may have changed
     * @param {() => Promise<import('./connection.js').Probe>} how.probe
     * @param {(frame: import('./protocol.js').Frame) => void} how.onFrame
     * @param {(state: import('./connection.js').State) => void} how.onState
     */
    constructor(how) {
        this.#how = how;
    }

    start() { this.#handle({ type: 'start' }); }
    /** Try now instead of waiting. */
    nudge() { this.#handle({ type: 'nudged' }); }
    stop() { this.#handle({ type: 'stop' }); }

    /** @param {string} text @returns {boolean} whether it could be sent */
    send(text) {
        if (this.state.name !== 'open' || this.#socket?.readyState !== WebSocket.OPEN) return false;
        this.#socket.send(text);
        return true;
    }

    /** @param {import('./connection.js').Event} event */
    #handle(event) {
        const [next, actions] = transition(this.state, event, Math.random());
        const changed = next !== this.state;
        this.state = next;
        if (next.name !== 'open') clearInterval(this.#checking);
        for (const action of actions) this.#perform(action);
        if (changed) this.#how.onState(next);
    }

    /** @param {import('./connection.js').Action} action */
    #perform(action) {
        switch (action.do) {
            case 'open': return this.#open();
            case 'drop': return this.#drop();
            case 'cancel-wait': return clearTimeout(this.#waiting);
            case 'wait':
                clearTimeout(this.#waiting);
                this.#waiting = setTimeout(() => this.#handle({ type: 'elapsed' }), action.milliseconds);
                return undefined;
            case 'probe':
                return void this.#how.probe().then((result) => {
                    this.#handle({ type: 'probed', result, at: Date.now() });
                });
        }
    }

    #open() {
        this.#drop();
        const socket = new WebSocket(this.#how.url());
        this.#socket = socket;
        this.#opening = setTimeout(() => this.#end(socket, ABNORMAL, ''), OPENING_LIMIT_MS);
        socket.onopen = () => {
            clearTimeout(this.#opening);
            this.#watch();
            this.#handle({ type: 'opened', at: Date.now() });
        };
        socket.onmessage = (event) => {
            this.#lastFrameAt = Date.now();
            const frame = parseFrame(event.data);
            if (frame) this.#how.onFrame(frame);
        };
        socket.onclose = (event) => this.#end(socket, event.code, event.reason);
    }

    /** @param {WebSocket} socket @param {number} code @param {string} reason */
    #end(socket, code, reason) {
        if (socket !== this.#socket) return;
        this.#drop();
        this.#handle({ type: 'closed', code, reason, at: Date.now() });
    }

    /** Forgets the socket at once: on a dead line its own closing handshake would take minutes. */
    #drop() {
        clearTimeout(this.#opening);
        const socket = this.#socket;
        this.#socket = null;
        if (!socket) return;
        socket.onopen = socket.onmessage = socket.onclose = null;
        socket.close();
    }

    #watch() {
        this.#lastFrameAt = this.#lastCheckAt = Date.now();
        clearInterval(this.#checking);
        this.#checking = setInterval(() => {
            const now = Date.now();
            // A late check means that this device slept: frames may be waiting behind it, so look once more.
            const punctual = now - this.#lastCheckAt < 2 * CHECK_MS;
            this.#lastCheckAt = now;
            if (punctual && now - this.#lastFrameAt > SILENCE_LIMIT_MS) this.#handle({ type: 'silent', at: now });
        }, CHECK_MS);
    }
}
