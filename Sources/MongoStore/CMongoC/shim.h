#ifndef TERTULIA_CMONGOC_SHIM_H
#define TERTULIA_CMONGOC_SHIM_H
#include <mongoc/mongoc.h>
#endif
