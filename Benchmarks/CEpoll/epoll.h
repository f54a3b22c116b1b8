// Swift's own view of the C library has no epoll.
#include <sys/epoll.h>
