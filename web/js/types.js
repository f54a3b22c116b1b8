/**
 * Shapes that several modules share. Nothing runs here.
 *
 * @typedef {object} Message            A stored message, as the service sends it.
 * @property {string} _id               24 hex digits; a newer message has a greater one.
 * @property {string} room_id
 * @property {number} seq               1, 2, 3, … within the room, without holes.
 * @property {string} user_id
 * @property {string} username
 * @property {string} content
 * @property {string} timestamp         RFC 3339, UTC.
 * @property {string} [client_id]       What its sender called it, if the service says so.
 * @property {string} [edited_at]
 * @property {string} [deleted_at]
 *
 * @typedef {object} Notice             Somebody came or went. Not stored by the service.
 * @property {string} key
 * @property {string} userId
 * @property {'joined'|'left'} what
 * @property {string} timestamp
 * @property {number} afterSeq          The newest message's seq when the notice came.
 *
 * @typedef {object} Outgoing           A message of ours that is not in the timeline yet.
 * @property {string} clientId          Stays the same over every retry, so that it is stored once.
 * @property {string} content
 * @property {string} createdAt         RFC 3339, UTC, by this device's clock.
 * @property {'waiting'|'sent'|'stored'|'failed'} state
 * @property {number} sentAt            Milliseconds since 1970; 0 while it was never sent.
 * @property {string|null} error        Why it failed, for the reader.
 * @property {boolean} temporary        Whether sending it again may help.
 * @property {string|null} messageId    Its `_id`, once acknowledged or recognised.
 *
 * @typedef {object} Session            Who is signed in.
 * @property {string} token
 * @property {string} userId
 * @property {string} username
 * @property {boolean} renewable        Whether the development login made it and can make it anew.
 *
 * @typedef {object} Page               A page of history (oldest first) or of search hits (newest first).
 * @property {Message[]} messages
 * @property {string|null} next_before_id
 *
 * @typedef {{older: Message, newer: Message}} Gap     Two neighbours with messages missing between them.
 */
export {};
