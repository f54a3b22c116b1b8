import { initial, transition, waitMilliseconds } from '/js/connection.js';
import { equal, test } from './harness.js';

/** Runs events from the beginning; gives the last state's name and all that was to be done. */
function after(...events) {
    let state = initial;
    const done = [];
    for (const event of events) {
        const [next, actions] = transition(state, event, 0.5);
        state = next;
        done.push(...actions.map((action) => action.do));
    }
    return { state, done };
}
const start = { type: 'start' };
const opened = { type: 'opened', at: 1000 };
const closed = (code, at = 2000) => ({ type: 'closed', code, reason: '', at });

test('codes below 4500 wait and come back', () => {
    for (const code of [1000, 1001, 1006, 1009, 4000, 4001, 4002, 4003, 4006, 4499]) {
        const { state, done } = after(start, opened, closed(code), { type: 'elapsed' });
        equal([code, state.name, done], [code, 'connecting', ['open', 'wait', 'open']]);
    }
});

test('codes from 4500 to 4999 stay away until asked', () => {
    for (const code of [4500, 4501, 4502, 4503, 4504, 4505, 4506, 4507, 4999]) {
        const { state } = after(start, opened, closed(code), { type: 'elapsed' }, { type: 'opened', at: 9 });
        equal([state.name, state.code], ['stopped', code]);
    }
    equal(after(start, opened, closed(4503), { type: 'nudged' }).state.name, 'connecting');
});

test('an expired token is looked at before the next attempt', () => {
    const { state, done } = after(start, opened, closed(4005));
    equal([state.name, done], ['probing', ['open', 'probe']]);
});

test('a refused socket asks over HTTP why', () => {
    const refused = [start, closed(1006)];
    equal(after(...refused).state.name, 'probing');
    const found = (result) => after(...refused, { type: 'probed', result, at: 3000 }).state;
    equal(found('ok').name, 'waiting');
    equal(found('unreachable').name, 'waiting');
    equal([found('unauthorized').name, found('unauthorized').code], ['stopped', 4501]);
    equal(found('forbidden').code, 4502);
    equal(found('gone').code, 4505);
});

test('attempts wait longer and longer, up to a bound, with a spread of half', () => {
    let longest = 0;
    for (let attempt = 0; attempt < 40; attempt += 1) {
        const [least, most] = [waitMilliseconds(attempt, 0), waitMilliseconds(attempt, 1)];
        equal(most, least * 2);
        equal(most >= longest && most <= 20_000, true);
        longest = most;
    }
    equal([waitMilliseconds(0, 1), longest], [500, 20_000]);
});

test('only a connection that lasted starts the count anew', () => {
    const failing = [start, closed(1006), { type: 'probed', result: 'ok', at: 0 }, { type: 'elapsed' },
        { type: 'opened', at: 1000 }];
    equal(after(...failing, closed(4000, 2000)).state.attempt, 2);
    equal(after(...failing, closed(4000, 60_000)).state.attempt, 1);
});

test('a rate limit waits at least five seconds', () => {
    const [, actions] = transition({ name: 'open', attempt: 0, openedAt: 0 }, closed(4006), 0);
    equal(actions, [{ do: 'wait', milliseconds: 5000 }]);
});

test('a silent line is dropped without waiting for its close', () => {
    equal(after(start, opened, { type: 'silent', at: 50_000 }).done, ['open', 'drop', 'wait']);
});

test('a nudge ends a wait at once and stop ends everything', () => {
    equal(after(start, opened, closed(1006), { type: 'nudged' }).done, ['open', 'wait', 'cancel-wait', 'open']);
    equal(after(start, opened, { type: 'stop' }).state.name, 'idle');
    equal(after(start, { type: 'stop' }, closed(1006)).state.name, 'idle');
});
