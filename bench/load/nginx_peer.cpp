#include "load/nginx_peer.h"

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "load/process.h"
#include "load/text.h"
#include "support/requests.h"

namespace keepline::bench {
namespace {

constexpr const char* kProgram = "/usr/sbin/nginx";
constexpr const char* kModule = "/usr/lib/nginx/modules/ngx_nchan_module.so";

std::string write_configuration(const std::string& folder, std::uint16_t port,
                                std::uint16_t tls_port,
                                const std::optional<Certificate>& certificate) {
  std::filesystem::create_directories(folder);
  const std::string file = folder + "/nginx.conf";
  std::ofstream out(file, std::ios::trunc);
  // No master: its worker would outlive it when it is killed, as it is when this program is.
  // More connections than there will be: near the end nginx closes those that wait for a request.
  out << "load_module " << kModule << ";\n"
      << "daemon off;\nmaster_process off;\nuser root;\nworker_processes 1;\nworker_rlimit_nofile "
         "20000;\n"
      << "pid " << folder << "/nginx.pid;\nerror_log stderr error;\n"
      << "events { worker_connections 24000; }\n"
      << "http {\n  access_log off;\n  keepalive_requests 100000000;\n  keepalive_timeout 1h;\n"
      << "  tcp_nodelay on;\n  nchan_shared_memory_size 512M;\n";
  for (const char* const kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
    out << "  " << kind << "_temp_path " << folder << "/" << kind << ";\n";
  }
  out << "  server {\n    listen 127.0.0.1:" << port << " backlog=4096;\n"
      << (certificate ? "    listen 127.0.0.1:" + std::to_string(tls_port) +
                            " ssl backlog=4096;\n" + "    ssl_certificate " + certificate->file +
                            ";\n" + "    ssl_certificate_key " + certificate->key_file + ";\n"
                      : std::string())
      << "    location = /sub { nchan_subscriber; nchan_channel_id room;\n"
      << "      nchan_subscriber_first_message newest; }\n"
      << "    location = /pub { nchan_publisher; nchan_channel_id room;\n"
      << "      nchan_message_buffer_length 100000; nchan_message_timeout 2m; }\n"
      << "    location = /healthz { default_type text/plain; return 200 \"ok\\n\"; }\n"
      << "  }\n}\n";
  return file;
}

}  // namespace

bool NginxPeer::is_installed() {
  return std::filesystem::exists(kProgram) && std::filesystem::exists(kModule);
}

NginxPeer::NginxPeer(const std::string& folder, const std::optional<Certificate>& certificate)
    : port_(support::free_port()),
      tls_port_(support::free_port()),
      dialect_(port_),
      tls_dialect_(tls_port_, /*tls=*/true),
      batch_(text_of(0)),
      process_({kProgram, "-p", folder, "-c",
                write_configuration(folder, port_, tls_port_, certificate)},
               folder + "/nginx.log") {
  process_.spawn();
  if (!process_.wait_healthy(port_, std::chrono::seconds(10))) {
    throw std::runtime_error("nginx does not start: see " + folder + "/nginx.log");
  }
}

std::chrono::nanoseconds NginxPeer::cpu() const { return cpu_of(process_.pid()); }

PrivateDirty NginxPeer::memory() const { return private_dirty(process_.pid()); }

std::unique_ptr<Teller> NginxPeer::teller(support::Loop& loop, std::size_t) {
  return std::make_unique<HttpTeller>(loop, port_, support::post_request("/pub", "", batch_));
}

std::string NginxPeer::trivial_request() const { return support::get_request("/healthz", ""); }

}  // namespace keepline::bench
