/*
 * The end of this process, at once. The JVM's own end waits 300 ms for threads that are in a system call, and one always
 * is that has polled a socket for virtual threads: as long again as all that a short command has to do.
 */
#include <jni.h>
#include <unistd.h>

JNIEXPORT void JNICALL Java_shoal_cli_ProcessEnd_end(JNIEnv *jvm, jclass type, jint code) {
    (void) jvm;
    (void) type;
    _exit(code);
}
