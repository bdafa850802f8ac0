#pragma once

#include <boost/asio/associated_executor.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "data/store_threads.h"

namespace keepline::data {

/// A change on its way through the writer, with its caller. Made on the caller's thread, run on the
/// writer's, completed on the caller's executor.
class StoreThreads::WriteJob {
 public:
  explicit WriteJob(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}
  virtual ~WriteJob() = default;
  WriteJob(const WriteJob&) = delete;
  WriteJob& operator=(const WriteJob&) = delete;

  /// The send, where this is one: it is then decided by the SendRule, and run() is not called.
  virtual SendJob* send() { return nullptr; }
  /// Runs the rule and keeps its answer; returns the answer's error, or null. May be called again.
  virtual const base::Error* run(Transaction& transaction) = 0;
  /// Puts `error` in the answer's place.
  virtual void fail(const base::Error& error) = 0;
  /// Hands the answer to the caller. Once, on executor().
  virtual void complete() = 0;

  const boost::asio::any_io_executor& executor() const { return executor_; }

 private:
  const boost::asio::any_io_executor executor_;
};

/// A query on its way through a reader.
class StoreThreads::ReadJob {
 public:
  virtual ~ReadJob() = default;
  /// Runs the query, or takes the error for its answer.
  virtual void run(Result<Reader*> reader) = 0;
  /// Hands the answer to the caller, on its executor; `job` is this.
  virtual void deliver(std::unique_ptr<ReadJob> job) = 0;
};

namespace store_threads {

/// Runs `task` on `executor`, never inside this call.
template <class Task>
void post(const boost::asio::any_io_executor& executor, Task task) {
  boost::asio::require(executor, boost::asio::execution::blocking.never).execute(std::move(task));
}

template <class Rule, class Handler>
class RuleJob final : public StoreThreads::WriteJob {
 public:
  using Answer = std::invoke_result_t<Rule&, Transaction&>;

  RuleJob(Rule rule, Handler handler)
      : WriteJob(boost::asio::get_associated_executor(handler)),
        rule_(std::move(rule)),
        handler_(std::move(handler)) {}

  const base::Error* run(Transaction& transaction) override {
    answer_.reset();
    answer_.emplace(rule_(transaction));
    return answer_->has_value() ? nullptr : &answer_->error();
  }
  void fail(const base::Error& error) override { answer_.emplace(error); }
  void complete() override { std::move(handler_)(std::move(*answer_)); }

 private:
  Rule rule_;
  Handler handler_;
  std::optional<Answer> answer_;
};

template <class Query, class Handler>
class QueryJob final : public StoreThreads::ReadJob {
 public:
  using Answer = std::invoke_result_t<Query&, Reader&>;

  QueryJob(Query query, Handler handler)
      : executor_(boost::asio::get_associated_executor(handler)),
        query_(std::move(query)),
        handler_(std::move(handler)) {}

  void run(Result<Reader*> reader) override {
    if (reader) {
      answer_.emplace(query_(**reader));
    } else {
      answer_.emplace(reader.error());
    }
  }
  void deliver(std::unique_ptr<ReadJob> job) override {
    post(executor_, [this, job = std::move(job)] { std::move(handler_)(std::move(*answer_)); });
  }

 private:
  const boost::asio::any_io_executor executor_;
  Query query_;
  Handler handler_;
  std::optional<Answer> answer_;
};

}  // namespace store_threads

template <class Rule>
auto StoreThreads::write(Rule rule)
    -> boost::asio::awaitable<std::invoke_result_t<Rule&, Transaction&>> {
  using Answer = std::invoke_result_t<Rule&, Transaction&>;
  return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Answer)>(
      [this](auto handler, Rule moved) {
        using Handler = decltype(handler);
        submit(std::make_unique<store_threads::RuleJob<Rule, Handler>>(std::move(moved),
                                                                       std::move(handler)));
      },
      boost::asio::use_awaitable, std::move(rule));
}

template <class Query>
auto StoreThreads::read(Query query)
    -> boost::asio::awaitable<std::invoke_result_t<Query&, Reader&>> {
  using Answer = std::invoke_result_t<Query&, Reader&>;
  return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Answer)>(
      [this](auto handler, Query moved) {
        using Handler = decltype(handler);
        submit(std::make_unique<store_threads::QueryJob<Query, Handler>>(std::move(moved),
                                                                         std::move(handler)));
      },
      boost::asio::use_awaitable, std::move(query));
}

}  // namespace keepline::data
