import { Timeline } from '/js/timeline.js';
import { equal, message, test } from './harness.js';

const seqs = (timeline) => timeline.messages.map((one) => one.seq);

test('messages stand in the order of seq whatever order they come in', () => {
    const timeline = new Timeline();
    timeline.add([message(5), message(6)]);
    timeline.add([message(2), message(3)]);
    timeline.add([message(4)]);
    equal(seqs(timeline), [2, 3, 4, 5, 6]);
});

test('a message that comes again is kept once, as it is now', () => {
    const timeline = new Timeline();
    timeline.add([message(1), message(2)]);
    const fresh = timeline.add([message(2, { content: 'changed' }), message(3)]);
    equal(fresh.map((one) => one.seq), [3]);
    equal(seqs(timeline), [1, 2, 3]);
    equal(timeline.messages[1].content, 'changed');
});

test('any shuffling of overlapping pages gives the same timeline', () => {
    for (let round = 0; round < 200; round += 1) {
        const timeline = new Timeline();
        const pages = Array.from({ length: 8 }, (_, page) =>
            Array.from({ length: 15 }, (_, index) => message(page * 10 + index + 1)));
        pages.sort(() => Math.random() - 0.5);
        for (const page of pages) timeline.add(page);
        equal(seqs(timeline), Array.from({ length: 85 }, (_, index) => index + 1));
    }
});

test('missing seqs show as gaps, oldest first', () => {
    const timeline = new Timeline();
    timeline.add([message(1), message(2), message(7), message(9)]);
    equal(timeline.gaps().map(({ older, newer }) => [older.seq, newer.seq]), [[2, 7], [7, 9]]);
    timeline.add([message(8), message(3), message(4), message(5), message(6)]);
    equal(timeline.gaps(), []);
});

test('what is forgotten can be added again', () => {
    const timeline = new Timeline();
    timeline.add([1, 2, 3, 4, 5].map((seq) => message(seq)));
    timeline.addNotice({ userId: 'ana', what: 'joined', timestamp: '' });
    timeline.keepNewest(2);
    equal(seqs(timeline), [4, 5]);
    equal(timeline.get(message(1)._id), undefined);
    equal(timeline.notices.length, 1);
    timeline.add([message(3)]);
    equal(seqs(timeline), [3, 4, 5]);
});

test('unread messages are counted by seq', () => {
    const timeline = new Timeline();
    equal(timeline.countAfter(7), 0);
    timeline.add([message(8), message(9)]);
    equal([timeline.countAfter(3), timeline.countAfter(9), timeline.countAfter(12)], [6, 0, 0]);
});
