import { Outbox } from '/js/outbox.js';
import { equal, message, test } from './harness.js';

const shown = (outbox) => outbox.visible.map((entry) => `${entry.clientId}:${entry.state}`);

function sent(...ids) {
    const outbox = new Outbox();
    for (const id of ids) outbox.add(`words of ${id}`, id, '2025-01-01T12:00:00.000Z');
    outbox.flush(1000, () => true);
    return outbox;
}

test('a broadcast before its acknowledgement hides the pending message', () => {
    const outbox = sent('a');
    outbox.arrived(message(1, { content: 'words of a' }), true);
    equal(shown(outbox), []);
    outbox.acknowledged('a', message(1)._id, true);
    equal(outbox.unfinished, []);
    equal(outbox.clientIdOf(message(1)._id), 'a');
});

test('an acknowledgement before its broadcast keeps the message in sight', () => {
    const outbox = sent('a');
    outbox.acknowledged('a', message(1)._id, false);
    equal(shown(outbox), ['a:stored']);
    outbox.arrived(message(1, { content: 'words of a' }), true);
    equal(shown(outbox), []);
});

test('the acknowledgement corrects a message taken for another with the same words', () => {
    const outbox = new Outbox();
    outbox.add('yes', 'first', '');
    outbox.add('yes', 'second', '');
    outbox.flush(1000, () => true);
    outbox.arrived(message(1, { content: 'yes' }), true);
    equal(shown(outbox), ['second:sent']);
    outbox.acknowledged('second', message(1)._id, true);
    equal(shown(outbox), ['first:sent']);
});

test('words read from history are never taken for a pending message', () => {
    const outbox = sent('a');
    outbox.arrived(message(1, { content: 'words of a' }), false);
    equal(shown(outbox), ['a:sent']);
});

test('a lost connection makes everything unanswered wait for the next', () => {
    const outbox = sent('a', 'b');
    outbox.acknowledged('a', message(1)._id, true);
    outbox.disconnected();
    const again = [];
    outbox.flush(2000, (entry) => again.push(entry.clientId));
    equal(again, ['b']);
});

test('retrying one keeps the order of those that failed for a passing reason', () => {
    const outbox = sent('a', 'b', 'c');
    outbox.refused('a', 'away', true);
    outbox.refused('b', 'too long', false);
    outbox.refused('c', 'away', true);
    outbox.retry('c');
    const again = [];
    outbox.flush(2000, (entry) => again.push(entry.clientId));
    equal(again, ['a', 'c']);
    equal(shown(outbox), ['a:sent', 'b:failed', 'c:sent']);
});

test('sending stops at the first message that cannot be sent', () => {
    const outbox = new Outbox();
    outbox.add('1', 'a', '');
    outbox.add('2', 'b', '');
    outbox.flush(1000, () => false);
    equal(shown(outbox), ['a:waiting', 'b:waiting']);
});

test('an answer that never comes is a failure that can be retried', () => {
    const outbox = sent('a');
    outbox.expire(20_000);
    equal(shown(outbox), ['a:sent']);
    outbox.expire(22_000);
    equal(shown(outbox), ['a:failed']);
    equal(outbox.visible[0].temporary, true);
});

test('after a reload, unanswered messages are sent again under their ids', () => {
    const before = sent('a', 'b');
    before.refused('b', 'too long', false);
    const after = new Outbox(JSON.parse(JSON.stringify(before.unfinished)));
    equal(shown(after), ['a:waiting', 'b:failed']);
});
