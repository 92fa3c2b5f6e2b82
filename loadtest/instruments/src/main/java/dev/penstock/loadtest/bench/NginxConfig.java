package dev.penstock.loadtest.bench;

import java.net.URI;
import java.nio.file.Path;

/**
 * nginx as a reverse proxy that forwards bytes: the floor for anything that reads what it forwards.
 *
 * @param upstream {@code http://host:port}
 * @param directory for its logs and what does not fit its buffers
 * @param jsonPort answers are collected before they are passed on, which is nginx' own way
 * @param streamPort each piece of an answer is passed on at once, as event streams need it
 * @param workers processes
 * @param root whether it is started as root, and would then give that up and lose the directory
 */
record NginxConfig(URI upstream, Path directory, int jsonPort, int streamPort, int workers, boolean root) {
    private static final String SERVER = """
                server {
                    listen 127.0.0.1:%d backlog=4096;
                    location / {
                        proxy_pass http://mock;
                        proxy_buffering %s;
                    }
                }
            """;

    /** As a file. Keeps connections for as many requests as a run has; logs each request, as gateways do. */
    String text() {
        return """
                %suser root;
                daemon off;
                pid "%2$s/nginx.pid";
                error_log "%2$s/error.log" error;
                worker_processes %3$d;
                worker_rlimit_nofile %4$d;
                events {
                    worker_connections 16384;
                }
                http {
                    access_log "%2$s/access.log" combined buffer=64k flush=1s;
                    client_body_temp_path "%2$s/client-body";
                    proxy_temp_path "%2$s/proxy";
                    fastcgi_temp_path "%2$s/fastcgi";
                    uwsgi_temp_path "%2$s/uwsgi";
                    scgi_temp_path "%2$s/scgi";
                    client_body_buffer_size 64k;
                    client_max_body_size 64m;
                    keepalive_requests 1000000;
                    keepalive_timeout 300s;
                    tcp_nodelay on;
                    proxy_http_version 1.1;
                    proxy_set_header Connection "";
                    proxy_buffer_size 16k;
                    proxy_buffers 8 32k;
                    proxy_busy_buffers_size 64k;
                    proxy_read_timeout 600s;
                    upstream mock {
                        server %5$s;
                        keepalive 8192;
                        keepalive_requests 1000000;
                        keepalive_timeout 300s;
                    }
                %6$s%7$s}
                """.formatted(
                        root ? "" : "# ",
                        directory,
                        workers,
                        OPEN_FILES,
                        upstream.getAuthority(),
                        SERVER.formatted(jsonPort, "on"),
                        SERVER.formatted(streamPort, "off"));
    }

    /** Two for each of its connections. */
    private static final int OPEN_FILES = 32_768;
}
