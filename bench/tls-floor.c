/*
 * The floor of the probe bench: HTTP or HTTPS over a fresh connection with blocking sockets and OpenSSL, chain and name verified,
 * no session resumed. Usage: tls-floor CA_FILE PORT PATH http|https MILLISECONDS; prints runs, bad ones and CPU as JSON.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static double cpu_ms(void) {
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e3 + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e3;
}

static int dial(int index, int port) {
  char host[16];
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  struct timeval patience = {.tv_sec = 5};
  snprintf(host, sizeof host, "127.0.0.%d", index % 16 + 1);
  inet_pton(AF_INET, host, &address.sin_addr);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
  close(fd);
  return -1;
}

static int is_right(const char *answer) { return strncmp(answer, "HTTP/1.1 200 ", 13) == 0; }

static int probe_tls(SSL_CTX *context, int fd, const char *request) {
  char answer[32768] = "";
  int length = 0, got, right = 0;
  SSL *tls = SSL_new(context);
  SSL_set_fd(tls, fd);
  SSL_set_tlsext_host_name(tls, "localhost");
  SSL_set1_host(tls, "localhost");
  if (SSL_connect(tls) == 1 && SSL_write(tls, request, strlen(request)) > 0) {
    while ((got = SSL_read(tls, answer + length, sizeof answer - 1 - length)) > 0) length += got;
    right = is_right(answer);
  }
  SSL_free(tls);
  return right;
}

static int probe_plain(int fd, const char *request) {
  char answer[32768] = "";
  int length = 0, got;
  if (write(fd, request, strlen(request)) < 0) return 0;
  while ((got = read(fd, answer + length, sizeof answer - 1 - length)) > 0) length += got;
  return is_right(answer);
}

int main(int argc, char **argv) {
  char request[512];
  long runs = 0, bad = 0;
  if (argc != 6) return 64;
  int port = atoi(argv[2]), is_tls = strcmp(argv[4], "https") == 0;
  SSL_CTX *context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  if (SSL_CTX_load_verify_locations(context, argv[1], NULL) != 1) return 66;
  snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nhost: localhost\r\nuser-agent: floor\r\naccept: */*\r\nconnection: close\r\n\r\n", argv[3]);
  double end = now_ms() + atof(argv[5]), cpu = cpu_ms();
  while (now_ms() < end) {
    int fd = dial(runs++, port);
    if (fd < 0 || !(is_tls ? probe_tls(context, fd, request) : probe_plain(fd, request))) bad++;
    if (fd >= 0) close(fd);
  }
  printf("{\"runs\":%ld,\"bad\":%ld,\"cpuMs\":%.3f}\n", runs, bad, cpu_ms() - cpu);
  return 0;
}
