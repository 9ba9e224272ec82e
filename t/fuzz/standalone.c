/*
 * Replays corpora through a fuzz target without libFuzzer: every argument is a
 * file or a folder of files (not searched deeper); each file is one input. A
 * folder that does not exist is an empty corpus, so that a target may come
 * before its first input. The empty input is always tried.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path) {
    FILE *file = fopen(path, "rb");
    struct stat info;
    uint8_t *data;
    size_t got;

    if (!file || fstat(fileno(file), &info) != 0) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        if (file) {
            fclose(file);
        }
        return 1;
    }
    /* Exactly the input's size, so that ASan sees a read past its end. */
    data = malloc(info.st_size > 0 ? (size_t)info.st_size : 1);
    if (!data) {
        fclose(file);
        return 1;
    }
    got = fread(data, 1, (size_t)info.st_size, file);
    fclose(file);
    LLVMFuzzerTestOneInput(data, got);
    free(data);
    return 0;
}

static int replay_folder(const char *path, int *count) {
    DIR *folder = opendir(path);
    struct dirent *entry;
    int failed = 0;

    if (!folder) {
        return errno == ENOENT ? 0 : 1;
    }
    while ((entry = readdir(folder)) != NULL) {
        char name[4096];
        int length = snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);

        if (entry->d_name[0] != '.' && length < (int)sizeof(name)) {
            failed |= replay_file(name);
            ++*count;
        }
    }
    closedir(folder);
    return failed;
}

int main(int argc, char **argv) {
    int count = 1;
    int failed = 0;
    int i;

    LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    for (i = 1; i < argc; i++) {
        struct stat info;

        if (stat(argv[i], &info) == 0 && S_ISREG(info.st_mode)) {
            failed |= replay_file(argv[i]);
            count++;
        }
        else {
            failed |= replay_folder(argv[i], &count);
        }
    }
    printf("%d inputs\n", count);
    return failed;
}
