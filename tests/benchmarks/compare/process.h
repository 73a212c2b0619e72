// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef COMPARE_PROCESS_H
#define COMPARE_PROCESS_H

#include <QtCore/QJsonObject>
#include <QtCore/QProcess>

#include <chrono>

namespace compare {

//! What came of a measurement: its figures by name, or why there are none.
struct Answer
{
    QJsonObject figures;
    QString error;
};

//! Which event dispatcher a process of Qt runs.
enum class Dispatcher { Qt, GLib };

//! Where processes run.
enum class Placement {
    Anywhere, //!< Where the system puts them.
    OneCore, //!< All on the same core.
    Apart, //!< Each on its own core.
};

//! A process that obeys commands, see Commands. Ends with this object.
class Process
{
public:
    //! Starts \a program, its name first, and waits until commands can come.
    Process(const QStringList &program, Dispatcher dispatcher);
    ~Process();

    //! Gives the \a command; hear() has its answer.
    void tell(const QJsonObject &command);
    //! Waits for an answer, for as long as \a patience.
    Answer hear(std::chrono::milliseconds patience);
    //! Both.
    Answer ask(const QJsonObject &command, std::chrono::milliseconds patience);

    //! Puts all its threads on the core number \a core, or anywhere where that is negative.
    void pin(int core);

    //! Resident memory in bytes.
    [[nodiscard]] double residentBytes() const;
    //! How often its threads have gone to sleep so far, and so been woken.
    [[nodiscard]] double sleeps() const;

private:
    [[nodiscard]] QStringList tasks() const;

    QProcess m_process;
    QString m_error;
};

} // namespace compare

#endif
