/** What the C uses of the standard library: instructions here. */
#ifndef PLATEAU_STRING_H
#define PLATEAU_STRING_H

#define memcpy __builtin_memcpy
#define memset __builtin_memset

#endif
