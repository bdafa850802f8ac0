#pragma once

#include <atomic>
#include <memory>
#include <type_traits>
#include <utility>

namespace keepline::net {

/// Work on its way to a shard.
class Task {
 public:
  virtual ~Task() = default;
  Task() = default;
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  virtual void run() = 0;

 private:
  friend class TaskList;
  Task* next_ = nullptr;
};

template <typename F>
std::unique_ptr<Task> make_task(F&& work) {
  class Work final : public Task {
   public:
    explicit Work(F&& work) : work_(std::forward<F>(work)) {}
    void run() override { std::move(work_)(); }

   private:
    std::decay_t<F> work_;
  };
  return std::make_unique<Work>(std::forward<F>(work));
}

/// Tasks that any thread may push and one thread runs, in the order of the pushes. Unbounded: who
/// pushes is bounded. Takes no lock. Tasks that never ran are destroyed with it.
class TaskList {
 public:
  TaskList() = default;
  TaskList(const TaskList&) = delete;
  TaskList& operator=(const TaskList&) = delete;
  ~TaskList();

  /// Returns whether there was none before. Thread-safe.
  bool push(std::unique_ptr<Task> task);
  bool empty() const { return newest_.load() == nullptr; }
  /// Runs what is there now; what comes meanwhile stays for the next time.
  void run();

 private:
  std::atomic<Task*> newest_{nullptr};
};

}  // namespace keepline::net
