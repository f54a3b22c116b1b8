#ifndef TERTULIA_CMONGOC_SHIM_H
#define TERTULIA_CMONGOC_SHIM_H

#include <pthread.h>

#include <mongoc/mongoc.h>

/*
 * What Swift cannot do with libmongoc itself. bson_t is 128-byte aligned and imported as an opaque
 * pointer, so every bson_t lives in a C function here, and bytes cross the border: in as
 * (pointer, length) of a complete BSON document, out as memory that the caller frees with bson_free.
 */

#ifdef __linux__
/* In glibc and musl; the header hides it from Swift, which does not define _GNU_SOURCE. */
extern int
pthread_setname_np (pthread_t thread, const char *name);
#endif

/* Names the calling thread for debuggers. Linux takes at most 15 bytes. */
static inline void
tertulia_name_thread (const char *name)
{
#ifdef __APPLE__
   (void) pthread_setname_np (name);
#else
   (void) pthread_setname_np (pthread_self (), name);
#endif
}

/* Which defaults of the connection string libmongoc puts into a command. */
typedef enum {
   TERTULIA_COMMAND_PLAIN, /* none; never retried */
   TERTULIA_COMMAND_READ,  /* read concern; retried once by libmongoc when retryReads is on */
   TERTULIA_COMMAND_WRITE, /* write concern */
} tertulia_command_kind_t;

static inline bool
tertulia_bytes_as_bson (bson_t *document, const uint8_t *bytes, size_t length, bson_error_t *error)
{
   if (bson_init_static (document, bytes, length)) {
      return true;
   }
   bson_set_error (error, MONGOC_ERROR_BSON, MONGOC_ERROR_BSON_INVALID, "%s", "malformed BSON document");
   return false;
}

/* Makes `opts` (always initialised afterwards) from given bytes plus the session's id. */
static inline bool
tertulia_make_options (bson_t *opts,
                       const uint8_t *bytes,
                       size_t length,
                       const mongoc_client_session_t *session,
                       bson_error_t *error)
{
   bson_t given;
   bson_init (opts);
   if (!tertulia_bytes_as_bson (&given, bytes, length, error)) {
      return false;
   }
   if (!bson_concat (opts, &given)) {
      bson_set_error (error, MONGOC_ERROR_BSON, MONGOC_ERROR_BSON_INVALID, "%s", "options too large");
      return false;
   }
   return !session || mongoc_client_session_append (session, opts, error);
}

/* Runs one command. `*reply` is NULL or memory for bson_free, also after an error. */
static inline bool
tertulia_run_command (mongoc_client_t *client,
                      const char *database,
                      tertulia_command_kind_t kind,
                      const uint8_t *command_bytes,
                      size_t command_length,
                      const uint8_t *option_bytes,
                      size_t option_length,
                      const mongoc_client_session_t *session,
                      const mongoc_read_prefs_t *read_prefs,
                      uint8_t **reply,
                      uint32_t *reply_length,
                      bson_error_t *error)
{
   bson_t command, opts, answer;
   bool ok = false;
   *reply = NULL;
   *reply_length = 0;
   if (!tertulia_bytes_as_bson (&command, command_bytes, command_length, error)) {
      return false;
   }
   if (tertulia_make_options (&opts, option_bytes, option_length, session, error)) {
      switch (kind) {
      case TERTULIA_COMMAND_READ:
         ok = mongoc_client_read_command_with_opts (client, database, &command, read_prefs, &opts, &answer, error);
         break;
      case TERTULIA_COMMAND_WRITE:
         ok = mongoc_client_write_command_with_opts (client, database, &command, &opts, &answer, error);
         break;
      case TERTULIA_COMMAND_PLAIN:
      default:
         ok = mongoc_client_command_with_opts (client, database, &command, read_prefs, &opts, &answer, error);
         break;
      }
      *reply = bson_destroy_with_steal (&answer, true, reply_length);
   }
   bson_destroy (&opts);
   return ok;
}

/* A cursor over a find. NULL with `error` set when the arguments are no BSON. */
static inline mongoc_cursor_t *
tertulia_find (mongoc_client_t *client,
               const char *database,
               const char *collection_name,
               const uint8_t *filter_bytes,
               size_t filter_length,
               const uint8_t *option_bytes,
               size_t option_length,
               const mongoc_client_session_t *session,
               const mongoc_read_prefs_t *read_prefs,
               bson_error_t *error)
{
   bson_t filter, opts;
   mongoc_cursor_t *cursor = NULL;
   if (!tertulia_bytes_as_bson (&filter, filter_bytes, filter_length, error)) {
      return NULL;
   }
   if (tertulia_make_options (&opts, option_bytes, option_length, session, error)) {
      mongoc_collection_t *collection = mongoc_client_get_collection (client, database, collection_name);
      cursor = mongoc_collection_find_with_opts (collection, &filter, &opts, read_prefs);
      mongoc_collection_destroy (collection);
   }
   bson_destroy (&opts);
   return cursor;
}

/* A cursor over an aggregate; `pipeline_bytes` is {"pipeline": [...]}. */
static inline mongoc_cursor_t *
tertulia_aggregate (mongoc_client_t *client,
                    const char *database,
                    const char *collection_name,
                    const uint8_t *pipeline_bytes,
                    size_t pipeline_length,
                    const uint8_t *option_bytes,
                    size_t option_length,
                    const mongoc_client_session_t *session,
                    const mongoc_read_prefs_t *read_prefs,
                    bson_error_t *error)
{
   bson_t pipeline, opts;
   mongoc_cursor_t *cursor = NULL;
   if (!tertulia_bytes_as_bson (&pipeline, pipeline_bytes, pipeline_length, error)) {
      return NULL;
   }
   if (tertulia_make_options (&opts, option_bytes, option_length, session, error)) {
      mongoc_collection_t *collection = mongoc_client_get_collection (client, database, collection_name);
      cursor = mongoc_collection_aggregate (collection, MONGOC_QUERY_NONE, &pipeline, &opts, read_prefs);
      mongoc_collection_destroy (collection);
   }
   bson_destroy (&opts);
   return cursor;
}

/* The next document's bytes, valid until the next call on this cursor; NULL at the end or after an error. */
static inline const uint8_t *
tertulia_cursor_next (mongoc_cursor_t *cursor, uint32_t *length)
{
   const bson_t *document;
   if (!mongoc_cursor_next (cursor, &document)) {
      return NULL;
   }
   *length = document->len;
   return bson_get_data (document);
}

/* Whether the cursor failed. `*reply` is NULL or bytes that live as long as the cursor. */
static inline bool
tertulia_cursor_failed (mongoc_cursor_t *cursor, bson_error_t *error, const uint8_t **reply, uint32_t *reply_length)
{
   const bson_t *document = NULL;
   *reply = NULL;
   *reply_length = 0;
   if (!mongoc_cursor_error_document (cursor, error, &document)) {
      return false;
   }
   if (document) {
      *reply = bson_get_data (document);
      *reply_length = document->len;
   }
   return true;
}

/* Commits; `*reply` as in tertulia_run_command. */
static inline bool
tertulia_commit (mongoc_client_session_t *session, uint8_t **reply, uint32_t *reply_length, bson_error_t *error)
{
   bson_t answer;
   bool ok = mongoc_client_session_commit_transaction (session, &answer, error);
   *reply = bson_destroy_with_steal (&answer, true, reply_length);
   return ok;
}

/*
 * What the primary said when this client's connection to it was made (its hello), connecting first when
 * there is none, and as "monitoredElectionId" its election as the monitor last heard of it: a primary that steps
 * down and is elected again keeps its connections. No round trip when connected. NULL with `error` set, or memory
 * for bson_free.
 */
static inline uint8_t *
tertulia_primary_hello (mongoc_client_t *client, uint32_t *length, bson_error_t *error)
{
   mongoc_server_description_t *selected, *connected;
   bson_iter_t election;
   bson_oid_t id;
   bool elected;
   bson_t *copy;
   selected = mongoc_client_select_server (client, true, NULL, error);
   if (!selected) {
      return NULL;
   }
   connected =
      mongoc_client_get_handshake_description (client, mongoc_server_description_id (selected), NULL, error);
   elected = bson_iter_init_find (&election, mongoc_server_description_hello_response (selected), "electionId") &&
             BSON_ITER_HOLDS_OID (&election);
   if (elected) {
      bson_oid_copy (bson_iter_oid (&election), &id);
   }
   mongoc_server_description_destroy (selected);
   if (!connected) {
      return NULL;
   }
   copy = bson_copy (mongoc_server_description_hello_response (connected));
   mongoc_server_description_destroy (connected);
   if (elected) {
      BSON_APPEND_OID (copy, "monitoredElectionId", &id);
   }
   return bson_destroy_with_steal (copy, true, length);
}

#endif
