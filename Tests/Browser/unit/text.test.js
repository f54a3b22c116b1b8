import { excerpt, highlight, hue, initials, linkify, list } from '/js/text.js';
import { isRoomId, parseFrame } from '/js/protocol.js';
import { userIdFor } from '/js/session.js';
import { equal, message, test } from './harness.js';

const links = (text) => linkify(text).filter((piece) => piece.kind === 'link').map((piece) => piece.text);
const whole = (pieces) => pieces.map((piece) => piece.text).join('');

test('only http and https addresses become links', () => {
    equal(links('http://a.b HTTPS://c.d/e javascript:alert(1) data:text/html,x ftp://f.g file:///h'),
        ['http://a.b', 'HTTPS://c.d/e']);
});

test('punctuation around an address is not part of it', () => {
    equal(links('(see https://a.b/c_(d).) [https://e.f], https://g.h?!'),
        ['https://a.b/c_(d)', 'https://e.f', 'https://g.h']);
});

test('pieces put together are the text again', () => {
    for (const text of ['', 'x', 'http://', 'https://a.b<c>', 'a https://a.b, b http://c.d/é.', 'https://[bad',
        '🍰 https://a.b']) {
        equal(whole(linkify(text)), text);
        equal(whole(highlight(text, 'a')), text);
    }
});

test('matches are literal and ignore case', () => {
    const marks = (text, needle) => highlight(text, needle).filter((piece) => piece.kind === 'mark')
        .map((piece) => piece.text);
    equal(marks('A.b a.B axb', 'a.b'), ['A.b', 'a.B']);
    equal(marks('x', ''), []);
    equal(marks('Ärger ärger', 'ÄRGER'), ['Ärger', 'ärger']);
    equal(marks('İstanbul [x]-{y}/\\^$ ok', '[X]-{Y}/\\^$'), ['[x]-{y}/\\^$']);
});

test('an excerpt contains the match and is short', () => {
    const text = `${'a '.repeat(500)}NEEDLE${' b'.repeat(500)}`;
    const short = excerpt(text, 'needle');
    equal([short.includes('NEEDLE'), [...short].length <= 222], [true, true]);
    equal(excerpt('short', 'x'), 'short');
});

test('initials and hues are stable and never empty', () => {
    equal([initials('Ana García'), initials('luis'), initials('mei-lin chen'), initials('🍰'), initials('')],
        ['AG', 'L', 'MC', '?', '?']);
    equal(hue('ana'), hue('ana'));
    equal(hue('ana') >= 0 && hue('ana') < 360, true);
});

test('names are listed as one would say them', () => {
    equal([list([]), list(['A']), list(['A', 'B']), list(['A', 'B', 'C']), list(['A', 'B', 'C', 'D'])],
        ['', 'A', 'A and B', 'A, B and C', 'A, B and 2 more']);
});

test('room ids are those that the service allows', () => {
    equal(['lobby', 'a.b:c-d_e', 'x'.repeat(64)].map(isRoomId), [true, true, true]);
    equal(['', '.', '..', 'me', 'direct', 'a b', 'ä', 'x'.repeat(65), 'a\n'].map(isRoomId), Array(9).fill(false));
});

test('frames that are not well formed are ignored', () => {
    for (const text of ['', 'x', 'null', '[]', '{}', '{"type":"constructor"}', '{"type":"message"}',
        '{"type":"typing"}',
        '{"type":"history","messages":[{}]}', '{"type":"presence"}', '{"type":"ack","ref":1}', new Blob()]) {
        equal(parseFrame(text), null);
    }
    equal(parseFrame(JSON.stringify({ type: 'message', ...message(1) }))?.seq, 1);
});

test('a user id made from a name has at most 128 bytes and no control characters', () => {
    equal([userIdFor('  Ana  García '), userIdFor('A\u0000\u200Bb')], ['ana-garcía', 'ab']);
    equal(new TextEncoder().encode(userIdFor('é'.repeat(100))).length, 128);
});
