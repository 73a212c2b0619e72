// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef VIEWER_H
#define VIEWER_H

#include <QIpc/IPCActivation>

#include <QtWidgets/QMainWindow>

class QLabel;
class QPlainTextEdit;
class QStackedWidget;
class QTabWidget;

//! The page of a file, with its text or what there is to say in place of it. Belongs to its tab.
class Page : public QWidget
{
    Q_OBJECT

public:
    explicit Page(const QString &path);

    [[nodiscard]] QString path() const { return m_path; }

    //! Reads the file, at most its first 1 MiB.
    void load();
    //! Whether there was a text to be read.
    [[nodiscard]] bool isLoaded() const { return m_loaded; }

    //! Keeps \a activation for as long as this page is there: its start waits that long.
    void keep(const IPCActivation &activation) { m_waiting.append(activation); }

private:
    void say(const QString &message);

    const QString m_path;
    QLabel *const m_message;
    QPlainTextEdit *const m_text;
    QList<IPCActivation> m_waiting;
    bool m_loaded = false;
};

//! The window: a tab for each file.
class Viewer : public QMainWindow
{
    Q_OBJECT

public:
    Viewer();

    //! Opens the files at the absolute \a paths, and shows the last of them. One that is open
    //! already keeps its tab. The start that \a waiting stands for ends when the tabs of all of
    //! them are closed.
    void open(const QStringList &paths, const IPCActivation &waiting = {});

private:
    void addMenu();
    void choose();
    void closeTab(int index);
    void showCurrent();
    [[nodiscard]] Page *find(const QString &path) const;
    [[nodiscard]] Page *add(const QString &path);

    QStackedWidget *const m_stack;
    QTabWidget *const m_tabs;
};

#endif
