import { Names, People, TypingSignal } from '/js/people.js';
import { equal, test } from './harness.js';

test('a list of people replaces the one before and a bare count keeps it', () => {
    const people = new People();
    people.present({ online_users: ['ana', 'luis'], count: 2 });
    people.present({ count: 101 });
    people.joined('mei');
    people.left('luis');
    equal([people.online, people.count], [['ana', 'mei'], 101]);
});

test('one does not see oneself typing and nobody types for ever', () => {
    const people = new People();
    people.typingNow(['ana', 'luis'], 1_000);
    equal(people.typers('ana', 20_000), ['luis']);
    equal(people.typers('ana', 40_000), []);
    people.typingNow([], 41_000);
    equal(people.typers('ana', 41_000), []);
});

test('who has just spoken types again only when that lasts', () => {
    const people = new People();
    people.typingNow(['luis'], 10_000);
    people.spoke('luis', 11_000);
    equal(people.typers('ana', 11_100), []);
    equal(people.typers('ana', 12_600), ['luis']);
});

test('a lost connection ends all typing', () => {
    const people = new People();
    people.typingNow(['luis'], 1_000);
    people.disconnected();
    equal(people.typers('ana', 1_001), []);
});

test('a person is called by id until a name is known', () => {
    const names = new Names();
    names.learn('ana', undefined);
    equal(names.of('ana'), 'ana');
    names.learn('ana', 'Ana García');
    equal(names.of('ana'), 'Ana García');
});

test('typing is said at most every three seconds and taken back once', () => {
    const signal = new TypingSignal();
    equal([0, 100, 2999, 3000, 4000].map((at) => signal.input(at)), [true, false, false, true, false]);
    equal([signal.stop(), signal.stop()], [true, false]);
    signal.sent();
    equal(signal.input(4100), true); // A new message is a new beginning.
});
