#include "net/tasks.h"

namespace keepline::net {

TaskList::~TaskList() {
  // A task may hold what pushes another when it goes.
  while (Task* task = newest_.exchange(nullptr)) {
    while (task != nullptr) {
      delete std::exchange(task, task->next_);
    }
  }
}

bool TaskList::push(std::unique_ptr<Task> task) {
  Task* const pushed = task.release();
  // Not read from the task after the exchange: it may have run by then.
  Task* before = newest_.load(std::memory_order_relaxed);
  do {
    pushed->next_ = before;
  } while (!newest_.compare_exchange_weak(before, pushed));
  return before == nullptr;
}

void TaskList::run() {
  Task* newest = newest_.exchange(nullptr);
  Task* oldest = nullptr;
  while (newest != nullptr) {
    Task* const next = newest->next_;
    newest->next_ = oldest;
    oldest = newest;
    newest = next;
  }
  while (oldest != nullptr) {
    const std::unique_ptr<Task> task(std::exchange(oldest, oldest->next_));
    task->run();
  }
}

}  // namespace keepline::net
