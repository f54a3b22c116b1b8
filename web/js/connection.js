/**
 * One room's connection as a value: `transition` takes a state and an event and returns the next state
 * and the actions to perform. No socket, no timer, no page; those are in socket.js.
 */
import { BAD_TOKEN, NOT_A_MEMBER, RATE_LIMITED, ROOM_GONE, TOKEN_EXPIRED, staysAway } from './protocol.js';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 20_000;
/** A shorter wait would be refused again. */
const RATE_LIMITED_WAIT_MS = 5_000;
/** A connection that lived this long was a good one: the next failure starts counting anew. */
const STABLE_AFTER_MS = 10_000;

/**
 * @typedef {{name: 'idle'}
 *   | {name: 'connecting', attempt: number}
 *   | {name: 'open', attempt: number, openedAt: number}
 *   | {name: 'probing', attempt: number}
 *   | {name: 'waiting', attempt: number, until: number}
 *   | {name: 'stopped', code: number, reason: string}} State
 *
 * What asking over HTTP found out after a socket was refused (a browser hides the refusal's status):
 * @typedef {'ok'|'unauthorized'|'forbidden'|'gone'|'unreachable'} Probe
 *
 * @typedef {{type: 'start'}
 *   | {type: 'opened', at: number}
 *   | {type: 'closed', code: number, reason: string, at: number}
 *   | {type: 'silent', at: number}
 *   | {type: 'probed', result: Probe, at: number}
 *   | {type: 'elapsed'}
 *   | {type: 'nudged'}
 *   | {type: 'stop'}} Event
 *
 * @typedef {{do: 'open'} | {do: 'drop'} | {do: 'probe'} | {do: 'wait', milliseconds: number}
 *   | {do: 'cancel-wait'}} Action
 */

/** @type {State} */
export const initial = { name: 'idle' };

/**
 * How long to wait before an attempt: doubling, bounded, and spread over half of it, so that many clients
 * that lost the same service do not come back in the same moment.
 * @param {number} attempt 0 for the first try after a loss
 * @param {number} random 0 up to 1
 */
export function waitMilliseconds(attempt, random) {
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempt, 16));
    return Math.round(longest * (0.5 + random / 2));
}

/**
 * @param {number} attempt @param {number} at @param {number} random @param {number} [atLeast]
 * @returns {[State, Action[]]}
 */
function wait(attempt, at, random, atLeast = 0) {
    const milliseconds = Math.max(atLeast, waitMilliseconds(attempt, random));
    return [{ name: 'waiting', attempt: attempt + 1, until: at + milliseconds }, [{ do: 'wait', milliseconds }]];
}

/** @param {number} attempt @returns {[State, Action[]]} */
const open = (attempt) => [{ name: 'connecting', attempt }, [{ do: 'open' }]];

/** @param {number} code @param {string} reason @returns {[State, Action[]]} */
const stopped = (code, reason) => [{ name: 'stopped', code, reason }, []];

/**
 * @param {State} state
 * @param {Event} event
 * @param {number} random 0 up to 1, for the back-off's spread
 * @returns {[State, Action[]]}
 */
export function transition(state, event, random) {
    if (event.type === 'stop') return [initial, [{ do: 'drop' }, { do: 'cancel-wait' }]];
    switch (state.name) {
        case 'idle':
        case 'stopped':
            return event.type === 'start' || event.type === 'nudged' ? open(0) : [state, []];
        case 'connecting':
            if (event.type === 'opened') return [{ name: 'open', attempt: state.attempt, openedAt: event.at }, []];
            if (event.type === 'closed') return refused(state.attempt, event);
            return [state, []];
        case 'open':
            return whileOpen(state, event, random);
        case 'probing':
            return event.type === 'probed' ? afterProbe(state.attempt, event, random) : [state, []];
        case 'waiting':
            if (event.type === 'elapsed') return open(state.attempt);
            if (event.type === 'nudged') return [open(state.attempt)[0], [{ do: 'cancel-wait' }, { do: 'open' }]];
            return [state, []];
    }
}

/**
 * A socket that never opened: unreachable, or refused with a status that only HTTP can tell.
 * @param {number} attempt @param {{code: number, reason: string}} event @returns {[State, Action[]]}
 */
function refused(attempt, event) {
    if (staysAway(event.code)) return stopped(event.code, event.reason);
    return [{ name: 'probing', attempt }, [{ do: 'probe' }]];
}

/**
 * @param {Extract<State, {name: 'open'}>} state @param {Event} event @param {number} random
 * @returns {[State, Action[]]}
 */
function whileOpen(state, event, random) {
    if (event.type !== 'closed' && event.type !== 'silent') return [state, []];
    const attempt = event.at - state.openedAt >= STABLE_AFTER_MS ? 0 : state.attempt;
    if (event.type === 'silent') {
        const [next, actions] = wait(attempt, event.at, random);
        return [next, [{ do: 'drop' }, ...actions]];
    }
    if (staysAway(event.code)) return stopped(event.code, event.reason);
    if (event.code === TOKEN_EXPIRED) return [{ name: 'probing', attempt }, [{ do: 'probe' }]];
    return wait(attempt, event.at, random, event.code === RATE_LIMITED ? RATE_LIMITED_WAIT_MS : 0);
}

/**
 * @param {number} attempt @param {{result: Probe, at: number}} event @param {number} random
 * @returns {[State, Action[]]}
 */
function afterProbe(attempt, event, random) {
    switch (event.result) {
        case 'unauthorized': return stopped(BAD_TOKEN, '');
        case 'forbidden': return stopped(NOT_A_MEMBER, '');
        case 'gone': return stopped(ROOM_GONE, '');
        case 'ok':
        case 'unreachable': return wait(attempt, event.at, random);
    }
}
