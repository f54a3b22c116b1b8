/** Just enough to write a test down and to say what was expected. */

/** @type {Map<string, () => unknown>} */
const tests = new Map();

/** @param {string} name states the fact @param {() => unknown} body */
export function test(name, body) {
    if (tests.has(name)) throw new Error(`two tests are called "${name}"`);
    tests.set(name, body);
}

/** @param {string} name */
export async function run(name) {
    const body = tests.get(name);
    if (!body) throw new Error(`there is no test "${name}"`);
    await body();
}

/** @param {unknown} actual @param {unknown} expected compared by their JSON */
export function equal(actual, expected) {
    const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
    if (a !== b) throw new Error(`got ${a}, expected ${b}`);
}

/** @param {number} seq @param {object} [more] */
export function message(seq, more = {}) {
    return {
        _id: seq.toString(16).padStart(24, '0'), room_id: 'room', seq, user_id: 'ana', username: 'Ana',
        content: `text ${seq}`, timestamp: new Date(Date.UTC(2025, 0, 1, 12) + seq * 1000).toISOString(), ...more,
    };
}
