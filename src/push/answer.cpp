#include "push/answer.h"

#include <utility>

namespace keepline::push {
namespace {

class NetAnswer final : public Answer {
 public:
  explicit NetAnswer(net::Exchange exchange) : exchange_(std::move(exchange)) {}

  void hold(net::ParkedOwner& owner) override { parked_ = std::move(exchange_).park(owner); }

  void complete(WholeAnswer& whole) override {
    if (exchange_) {
      std::move(exchange_).answer(whole.response());
      return;
    }
    const net::After after = parked_.after();
    parked_.complete(whole.bytes(after, parked_.head_only()));
  }

 private:
  net::Exchange exchange_;  ///< until hold()
  net::ParkedAnswer parked_;
};

}  // namespace

std::unique_ptr<Answer> answer_of(net::Exchange exchange) {
  return std::make_unique<NetAnswer>(std::move(exchange));
}

}  // namespace keepline::push
