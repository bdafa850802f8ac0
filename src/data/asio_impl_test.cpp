// The compiled part of Asio for this test program; the server has net's.
#include <boost/asio/impl/src.hpp>
