package dev.penstock.runtime.net;

/** How a process waits for its sockets. */
public enum TransportName {
    /** The first of the others that this machine has. */
    AUTO,
    /** Linux io_uring: the fastest; often refused inside containers. */
    IO_URING,
    /** Linux epoll. */
    EPOLL,
    /** The JDK's own: everywhere. */
    NIO
}
