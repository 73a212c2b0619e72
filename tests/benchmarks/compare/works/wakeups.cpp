// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "work.h"

#include <QtCore/QThread>

#include <array>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace compare {

namespace {

constexpr auto settling = 300ms;
constexpr auto watched = 2s;

//! How often a server and a client that are connected wake up though nothing happens.
class WakeUps : public Work
{
public:
    QString name() const override { return u"wake-ups"_s; }
    QList<Figure> figures() const override
    {
        return {{u"wakeUps"_s, u"Wake-ups of a connected pair in 2 s in which nothing happens"_s}};
    }
    QStringList cases() const override { return {u"server"_s, u"client"_s}; }
    int rounds(const Effort & /*effort*/) const override { return 1; }

    //! All are watched at the same time: they do nothing.
    void prepare(const std::vector<Contender> &contenders, int which) override;
    Answer measure(const Contender &contender, int which, Pairs & /*pairs*/,
                   const Effort & /*effort*/) override
    {
        const double woken =
            m_after[contender.id()][size_t(which)] - m_before[contender.id()][size_t(which)];
        return {{{u"wakeUps"_s, woken}}, m_errors[contender.id()]};
    }

private:
    using Sleeps = std::map<QString, std::array<double, 2>>;

    Sleeps m_before;
    Sleeps m_after;
    std::map<QString, QString> m_errors;
};

void WakeUps::prepare(const std::vector<Contender> &contenders, int which)
{
    if (which != 0)
        return; // the same 2 s for both
    std::map<QString, Pair> pairs;
    for (const Contender &contender : contenders) {
        auto &pair = pairs.try_emplace(contender.id(), contender).first->second;
        const Answer connected = pair.client().ask({{u"do"_s, u"exchange"_s},
                                                    {u"payload"_s, u"text:16"_s},
                                                    {u"window"_s, 1},
                                                    {u"ms"_s, 1}},
                                                   10s);
        m_errors[contender.id()] = connected.error;
    }
    const auto count = [&pairs](Sleeps &sleeps) {
        for (auto &[id, pair] : pairs)
            sleeps[id] = {pair.server().sleeps(), pair.client().sleeps()};
    };
    QThread::msleep(std::chrono::milliseconds(settling).count());
    count(m_before);
    QThread::msleep(std::chrono::milliseconds(watched).count());
    count(m_after);
}

} // namespace

std::unique_ptr<Work> wakeUps()
{
    return std::make_unique<WakeUps>();
}

} // namespace compare
