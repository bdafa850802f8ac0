#include "logic/hasher.h"

#include <argon2.h>

#include <array>
#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdint>
#include <functional>
#include <new>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/queue.h"
#include "base/thread.h"

namespace keepline::logic {
namespace {

using base::Errc;
using base::Error;
using base::Result;

constexpr std::uint32_t kMemoryKib = 19 * 1024;
constexpr std::uint32_t kPasses = 2;
constexpr std::uint32_t kLanes = 1;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kHashBytes = 32;

/// A hash that no password has, with the same cost as all others: what is compared where there is
/// no user, so that the answer takes as long.
constexpr std::string_view kNobody =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

bool is_password(const std::string& phc, const std::string& password) {
  const std::string against(phc.empty() ? kNobody : phc);
  const int code = ::argon2id_verify(against.c_str(), password.data(), password.size());
  if (code == ARGON2_MEMORY_ALLOCATION_ERROR) {
    throw std::bad_alloc();
  }
  // Were it not even read, the answer for nobody would come at once.
  base::check(!phc.empty() || code == ARGON2_VERIFY_MISMATCH, "the hash of nobody is broken");
  return code == ARGON2_OK && !phc.empty();
}

/// One question on its way through the queue. `run` asks and answers; `refuse` answers with an
/// error. One of them is called, once.
struct Job {
  std::function<void()> run;
  std::function<void(Error)> refuse;
};

}  // namespace

struct Hasher::Impl {
  Impl(base::Random& random_in, const Options& options)
      : random(random_in), queue(options.queue_max) {
    base::check(options.threads > 0 && options.queue_max > 0, "a hasher without room");
    for (std::size_t i = 0; i < options.threads; ++i) {
      threads.emplace_back([this] { work(); });
    }
  }

  void work() {
    base::name_this_thread("hasher");
    std::vector<Job> jobs;
    while (queue.take(jobs, 1)) {
      for (Job& job : jobs) {
        if (stopping) {
          job.refuse(Error(Errc::kShuttingDown, "the server is stopping"));
        } else {
          job.run();
        }
      }
      jobs.clear();
    }
  }

  /// Queues `ask` and resumes the caller on its executor with what it returned.
  template <class T, class Ask>
  boost::asio::awaitable<Result<T>> submit(Ask ask) {
    auto start = [this](auto handler, Ask question) {
      const boost::asio::any_io_executor executor = boost::asio::require(
          boost::asio::get_associated_executor(handler), boost::asio::execution::blocking.never);
      // The caller's loop must not end while its answer is being worked out.
      auto road = boost::asio::prefer(executor, boost::asio::execution::outstanding_work.tracked);
      auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
      auto answer = [road, waiting](Result<T> result) {
        road.execute([waiting, result = std::move(result)]() mutable {
          auto resume = std::move(*waiting);
          resume(std::move(result));
        });
      };
      Job job;
      job.run = [answer, question = std::move(question)] { answer(question()); };
      job.refuse = [answer](Error error) { answer(Result<T>(std::move(error))); };
      if (!queue.push(std::move(job))) {
        // A queue that refuses leaves the job where it was.
        // NOLINTNEXTLINE(bugprone-use-after-move)
        job.refuse(stopping ? Error(Errc::kShuttingDown, "the server is stopping")
                            : base::retry_later(Errc::kOverloaded, "too many sign-ins at once", 2));
      }
    };
    return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&, void(Result<T>)>(
        std::move(start), boost::asio::use_awaitable, std::move(ask));
  }

  base::Random& random;
  base::Queue<Job> queue;
  std::atomic<bool> stopping = false;
  std::vector<std::thread> threads;
};

Hasher::Hasher(base::Random& random, Options options)
    : impl_(std::make_unique<Impl>(random, options)) {}

Hasher::~Hasher() { stop(); }

void Hasher::stop() {
  impl_->stopping = true;
  impl_->queue.close();
  for (std::thread& thread : impl_->threads) {
    if (thread.joinable()) {
      thread.join();
    }
  }
}

std::string Hasher::hash_now(const std::string& password) {
  std::array<std::uint8_t, kSaltBytes> salt{};
  impl_->random.fill(salt);
  std::string phc(
      ::argon2_encodedlen(kPasses, kMemoryKib, kLanes, kSaltBytes, kHashBytes, Argon2_id), '\0');
  const int code =
      ::argon2id_hash_encoded(kPasses, kMemoryKib, kLanes, password.data(), password.size(),
                              salt.data(), salt.size(), kHashBytes, phc.data(), phc.size());
  if (code == ARGON2_MEMORY_ALLOCATION_ERROR) {
    throw std::bad_alloc();
  }
  base::check(code == ARGON2_OK, ::argon2_error_message(code));
  phc.resize(phc.find('\0'));
  return phc;
}

boost::asio::awaitable<Result<std::string>> Hasher::hash(std::string password) {
  auto ask = [this, password = std::move(password)] { return Result(hash_now(password)); };
  return impl_->submit<std::string>(std::move(ask));
}

boost::asio::awaitable<Result<bool>> Hasher::verify(std::string phc, std::string password) {
  auto ask = [phc = std::move(phc), password = std::move(password)] {
    return Result(is_password(phc, password));
  };
  return impl_->submit<bool>(std::move(ask));
}

}  // namespace keepline::logic
